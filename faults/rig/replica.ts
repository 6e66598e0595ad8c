import { join } from 'node:path'

import { freePort } from '../../test/support/free-port.ts'
import { type Child, residentMegabytes, start, until } from './processes.ts'
import { openWire, type Wire } from './wire.ts'

/** The program's files: of this checkout. */
export const ownTree = join(import.meta.dirname, '../..')

/** One process of the service, with ways of its own to what stands behind it. */
export interface Replica {
  name: string
  origin: string
  /** To PostgreSQL: the pool; and LISTEN with the job queue. */
  pool: Wire
  direct: Wire
  redis: Wire | null
  /** Whether it has said that it is ready, and lives. */
  up(): boolean
  /** Whether it was told to stop: at some moment it answers no more. */
  leaving(): boolean
  /** Of the program in that folder, from then on; else the one of before. */
  start(tree?: string): Promise<void>
  /** SIGTERM; milliseconds it took, and its exit code. */
  stop(): Promise<{ code: number | string; milliseconds: number }>
  kill(): Promise<void>
  megabytes(): number
  /** What it wrote, its greeting included. */
  said(): string
  /** Faults that it wrote to its log: what an operator would be woken for. */
  faults(): string[]
  close(): Promise<void>
}

export interface Surroundings {
  postgres: { port: number }
  redis: { port: number } | null
  variables: Record<string, string>
  /** Another than the one that all share. */
  database?: string
  /** Where the program lies, when it is another than this one. */
  tree?: string
}

export async function openReplica(name: string, around: Surroundings): Promise<Replica> {
  const port = await freePort()
  const behind = { host: '127.0.0.1', port: around.postgres.port }
  const [pool, direct] = [await openWire(behind), await openWire(behind)]
  const redis = around.redis && (await openWire({ host: '127.0.0.1', port: around.redis.port }))
  const urlBy = (wire: Wire) =>
    `postgres://gatehouse@127.0.0.1:${wire.port}/${around.database ?? 'gatehouse'}`
  const variables = {
    ...around.variables,
    PORT: String(port),
    DATABASE_URL: urlBy(pool),
    DATABASE_DIRECT_URL: urlBy(direct),
    ...(redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}/0` }),
  }
  let child: Child | null = null
  let tree = around.tree ?? ownTree
  let ready = false
  let leaving = false

  return {
    name,
    origin: `http://127.0.0.1:${port}`,
    ...{ pool, direct, redis },
    up: () => ready && child?.alive() === true,
    leaving: () => leaving,
    async start(next = tree) {
      tree = next
      ready = false
      leaving = false
      const program = start(
        process.execPath,
        ['--max-semi-space-size=16', join(tree, 'bin/gatehouse.js'), 'start'],
        { env: variables },
      )
      child = program
      await until(
        `replica ${name} is ready`,
        () => !program.alive() || program.said().includes('Gatehouse is ready.'),
        120_000,
      )
      if (!program.alive()) throw new Error(`replica ${name} ended: ${program.said().slice(-3000)}`)
      ready = true
    },
    async stop() {
      const startedAt = performance.now()
      leaving = true
      child?.signal('SIGTERM')
      const code = (await child?.ended) ?? 'never started'
      ready = false
      return { code, milliseconds: performance.now() - startedAt }
    },
    async kill() {
      ready = false
      child?.signal('SIGKILL')
      await child?.ended
    },
    said: () => child?.said() ?? '',
    megabytes: () => residentMegabytes(child?.pid ?? 0),
    faults: () =>
      (child?.said() ?? '').split('\n').filter((line) => /^\{"level":(50|60|"error"|"fatal")/.test(line)),
    async close() {
      child?.signal('SIGKILL')
      await child?.ended
      await Promise.all([pool.close(), direct.close(), redis?.close()])
    },
  }
}
