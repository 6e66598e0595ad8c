import { readdirSync } from 'node:fs'
import { hashSync } from '@node-rs/bcrypt'

import { openCommandParts } from '../src/app.ts'
import { exportPeople } from '../src/features/imports/export/export-people.ts'
import { receiveImport, runBatch } from '../src/features/imports/index.ts'
import { bySystem } from '../src/platform/app.ts'
import { readConfig } from '../src/platform/config/index.ts'
import { secret } from '../src/platform/crypto/index.ts'
import { cpuSecondsOf, openGatehouse } from './support/gatehouse.ts'

export interface Measured {
  people: number
  seconds: number
  /** Processor seconds: of whoever imports, of the service beside it (the audit log's chain), of the database. */
  cpu: { importer: number; service: number; database: number; all: number }
  exportSeconds: number
}

type Parts = Awaited<ReturnType<typeof openCommandParts>>

/** A file of people with addresses, profiles, phones, subjects and hashes, as it would arrive. */
async function* file(people: number): AsyncGenerator<Buffer> {
  const hash = hashSync('a harbour that was quiet', 4)
  for (let first = 0; first < people; first += 200) {
    const rows = Array.from({ length: Math.min(200, people - first) }, (_, place) => {
      const n = first + place
      return JSON.stringify({
        sub: `auth0|${n.toString(16).padStart(24, '0')}`,
        email: `person.${n}@example.com`,
        email_verified: true,
        username: `person${n}`,
        name: `Person Number ${n}`,
        given_name: 'Person',
        family_name: `Number ${n}`,
        phone_number: `+4930${String(n).padStart(8, '0')}`,
        locale: 'en',
        created_at: '2021-03-04T05:06:07Z',
        password_hash: hash,
      })
    })
    yield Buffer.from(`${rows.join('\n')}\n`)
  }
}

/** Processor time of the server a connection leads to: of its processes, and of those that ended. */
async function databaseSeconds({ db }: Parts): Promise<number> {
  const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid')
  const { parent } = cpuSecondsOf(rows[0]?.pid ?? 0)
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const own = processes.flatMap((pid) => {
    try {
      const one = cpuSecondsOf(Number(pid))
      return one.parent === parent ? [one.own] : []
    } catch {
      return [] // it has just ended
    }
  })
  const server = cpuSecondsOf(parent)
  return own.reduce((sum, one) => sum + one, server.own + server.ended)
}

async function settled({ db }: Parts): Promise<void> {
  for (;;) {
    const { rows } = await db.raw<{ rows: { waiting: boolean }[] }>(
      'select exists (select from audit_inbox) as waiting',
    )
    if (rows[0]?.waiting === false) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export async function importing(people: number): Promise<Measured> {
  const service = await openGatehouse()
  const url = secret(service.database.href)
  const parts = await openCommandParts({
    config: readConfig(service.environment),
    databases: { application: url, migration: url, direct: url },
  })
  try {
    const usage = async () => {
      const { user, system } = process.cpuUsage()
      return {
        importer: (user + system) / 1e6,
        service: service.cpuSeconds(),
        database: await databaseSeconds(parts),
      }
    }
    const before = await usage()
    const startedAt = performance.now()
    const wanted = { format: 'ndjson', onConflict: 'fail', dryRun: false, byCaller: true } as const
    const { id } = await receiveImport(parts, bySystem, wanted, file(people))
    while ((await runBatch(parts, id)) !== null);
    const seconds = (performance.now() - startedAt) / 1000
    await settled(parts)
    const after = await usage()
    const [importer, served, database] = [
      after.importer - before.importer,
      after.service - before.service,
      after.database - before.database,
    ]
    const exportedAt = performance.now()
    const written = await exportPeople(parts, bySystem, { format: 'ndjson', hashes: true })
    while ((await written.next()).done !== true);
    return {
      people,
      seconds,
      cpu: { importer, service: served, database, all: importer + served + database },
      exportSeconds: (performance.now() - exportedAt) / 1000,
    }
  } finally {
    await parts.close()
    await service.close()
  }
}

/** `npm run bench -- import [--people 100000] [--json]`: what it costs to bring people in, hashes given. */
export async function run(argv: readonly string[]): Promise<void> {
  const at = argv.indexOf('--people')
  const measured = await importing(at < 0 ? 100_000 : Number(argv[at + 1]))
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(measured)}\n`)
    return
  }
  const { people, seconds, cpu, exportSeconds } = measured
  process.stdout.write(
    `${people} people in ${seconds.toFixed(1)} s; processor seconds: importer ${cpu.importer.toFixed(1)}, service ${cpu.service.toFixed(1)}, ` +
      `database ${cpu.database.toFixed(1)}, all ${cpu.all.toFixed(1)}; written out in ${exportSeconds.toFixed(1)} s\n`,
  )
}
