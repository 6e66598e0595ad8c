import knex from 'knex'

import { openCommandParts } from '../src/app.ts'
import { jobs } from '../src/features/oidc/storage/jobs.ts'
import { readConfig } from '../src/platform/config/index.ts'
import { secret } from '../src/platform/crypto/index.ts'
import { numberAt } from './seed.ts'
import { connect } from './speed/connection.ts'
import { load } from './speed/load.ts'
import { operations, type Step } from './speed/operations.ts'
import { openOurs } from './speed/services.ts'
import { percentile } from './support/percentile.ts'

/** How much longer a refresh may take while it is swept. */
const bar = 1.5

export interface SweepReport {
  rows: number
  rounds: number
  /** Seconds that the sweep of all of them took; beyond the measured time it went on alone. */
  sweepSeconds: number
  /** Milliseconds of a refresh, medians over the rounds. */
  p99: { without: number; while: number; ratio: number }
  passed: boolean
}

/** Refresh tokens that ran out, of clients that are gone. */
const expired = `
  insert into oidc_payloads (model, id, payload, grant_id, account_id, client_id, expires_at, consumed_at)
  select 4, sha256(('swept-' || :round::integer || '-' || n)::bytea), '{"kind": "RefreshToken", "scope": "openid"}',
    sha256(('swept-grant-' || n / 5)::bytea), 'nobody', 'gone', now() - random() * interval '1 day', now()
  from generate_series(1, :rows::integer) n`

/** The same load with and without a sweep beside it, in turn. */
export async function sweep({
  rows,
  rounds,
  seconds,
}: {
  rows: number
  rounds: number
  seconds: number
}): Promise<SweepReport> {
  const ours = await openOurs()
  const url = secret(ours.gatehouse.database.href)
  const parts = await openCommandParts({
    config: readConfig(ours.gatehouse.environment),
    databases: { application: url, migration: url, direct: url },
  })
  const db = knex({ client: 'pg', connection: url.reveal(), pool: { min: 0, max: 1 } })
  const job = jobs(parts).find(({ name }) => name === 'oidc.sweep')
  if (!job) throw new Error('there is no sweep')
  const { refresh } = operations
  const connections = Array.from({ length: refresh.connections }, (_, n) => connect(ours.service.origin, n))
  try {
    const steps: Step[] = []
    for (const [n, connection] of connections.entries())
      steps.push(await refresh.prepare(connection, ours.service, n))
    await load(steps, seconds / 2)
    const [without, during, took]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < rounds; round++) {
      without.push((await load(steps, seconds)).p99)
      await db.raw('set statement_timeout = 0')
      await db.raw(expired, { round, rows })
      const startedAt = performance.now()
      const swept = job.run(null).then(() => took.push((performance.now() - startedAt) / 1000))
      during.push((await load(steps, seconds)).p99)
      await swept
    }
    const [a, b] = [median(without), median(during)]
    const ratio = median(during.map((one, at) => one / (without[at] ?? NaN)))
    return {
      rows,
      rounds,
      sweepSeconds: median(took),
      p99: { without: a, while: b, ratio },
      passed: ratio <= bar,
    }
  } finally {
    await Promise.all(connections.map((connection) => connection.close()))
    await db.destroy()
    await parts.close()
    await ours.close()
  }
}

const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((one, other) => one - other),
    50,
  )

/**
 * `npm run bench -- sweep [--rows 500000] [--rounds 3] [--seconds 5] [--json]`: p99 of a refresh while so many expired rows are swept,
 * against the same without; fails when it is more than 1.5 times as long.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const report = await sweep({
    rows: numberAt(argv, '--rows', 500_000),
    rounds: numberAt(argv, '--rounds', 3),
    seconds: numberAt(argv, '--seconds', 5),
  })
  if (!report.passed) process.exitCode = 1
  const { rows, rounds, sweepSeconds, p99 } = report
  process.stdout.write(
    argv.includes('--json')
      ? `${JSON.stringify(report)}\n`
      : `${rows} expired rows swept in ${sweepSeconds.toFixed(1)} s; a refresh takes ${p99.while.toFixed(1)} ms meanwhile and ` +
          `${p99.without.toFixed(1)} ms without (p99, medians of ${rounds} rounds): ${p99.ratio.toFixed(2)}, the bar is ${bar}\n`,
  )
}
