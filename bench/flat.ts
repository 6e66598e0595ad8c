import { numberAt, seed, type Seeded } from './seed.ts'
import { measure, type Round } from './speed/measure.ts'
import { operations } from './speed/operations.ts'
import { openOurs } from './speed/services.ts'
import { percentile } from './support/percentile.ts'
import { serverOf } from './support/server-of.ts'

/** What must cost as much with a million people as with a few. */
const names = ['client_credentials', 'refresh', 'introspection', 'userinfo', 'sso_code'] as const

/** How much longer it may take. */
const bar = 1.3

export interface Row {
  operation: (typeof names)[number]
  /** Milliseconds; medians over the rounds. */
  p50: { small: number; seeded: number; ratio: number }
  p99: { small: number; seeded: number; ratio: number }
  passed: boolean
}

export interface FlatReport {
  seeded: Seeded
  rounds: number
  rows: Row[]
}

/** One service on an almost empty database and one on a full one, in turn. */
export async function flat({
  scale,
  rounds,
  seconds,
}: {
  scale: number
  rounds: number
  seconds: number
}): Promise<FlatReport> {
  const small = await openOurs()
  const full = await openOurs()
  try {
    const seeded = await seed(full.gatehouse.database.href, { scale, client: full.service.client.id })
    const databasePid = await serverOf(full.gatehouse.database)
    const rows: Row[] = []
    for (const operation of names) {
      const plan = { rounds, seconds, warmUpSeconds: seconds / 2 }
      const done = await measure(operations[operation], { ours: full, library: small, databasePid }, plan)
      rows.push(rowOf(operation, done))
    }
    return { seeded, rounds, rows }
  } finally {
    await full.close()
    await small.close()
  }
}

function rowOf(operation: Row['operation'], rounds: readonly Round[]): Row {
  const median = (of: (round: Round) => number) =>
    percentile(
      rounds.map(of).sort((one, other) => one - other),
      50,
    )
  const compared = (at: 'p50' | 'p99') => ({
    small: median(({ other }) => other[at]),
    seeded: median(({ ours }) => ours[at]),
    ratio: median(({ ours, other }) => ours[at] / other[at]),
  })
  const [p50, p99] = [compared('p50'), compared('p99')]
  return { operation, p50, p99, passed: p50.ratio <= bar && p99.ratio <= bar }
}

/**
 * `npm run bench -- flat [--scale 1] [--rounds 5] [--seconds 2] [--json]`: p50 and p99 of what applications do most, on a small
 * database and on one of a million people; fails when the full one takes more than 1.3 times as long.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const report = await flat({
    scale: numberAt(argv, '--scale', 1),
    rounds: numberAt(argv, '--rounds', 5),
    seconds: numberAt(argv, '--seconds', 2),
  })
  if (!report.rows.every(({ passed }) => passed)) process.exitCode = 1
  process.stdout.write(argv.includes('--json') ? `${JSON.stringify(report)}\n` : toTable(report))
}

function toTable({ seeded, rows, rounds }: FlatReport): string {
  const figures = ({ small, seeded: full, ratio }: Row['p50']) =>
    `${small.toFixed(1).padStart(9)}${full.toFixed(1).padStart(9)}${ratio.toFixed(2).padStart(7)}`
  return [
    `${' '.repeat(20)}${'p50 ms'.padStart(9)}${'full'.padStart(9)}${'ratio'.padStart(7)}${'p99 ms'.padStart(9)}${'full'.padStart(9)}${'ratio'.padStart(7)}`,
    ...rows.map(
      ({ operation, p50, p99, passed }) =>
        `${operation.padEnd(20)}${figures(p50)}${figures(p99)}${passed ? '' : '  missed'}`,
    ),
    '',
    `Medians of ${rounds} rounds in turn; full: ${seeded.people} people, ${seeded.grants} grants, ${seeded.refreshTokens} refresh tokens,`,
    `made in ${seeded.seconds.toFixed(1)} s. The bar is ${bar} for each ratio.`,
    '',
  ].join('\n')
}
