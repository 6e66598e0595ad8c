import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import knex, { type Knex } from 'knex'

import { chainWaiting } from '../../src/features/audit/chain/chain-waiting.ts'
import { signHeads } from '../../src/features/audit/chain/sign-heads.ts'
import { type AuditEntry, record } from '../../src/features/audit/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import type { App, By } from '../../src/platform/app.ts'
import { freshDatabase } from '../support/database.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'
import { runToEnd, temporaryFolder } from '../support/process.ts'
import { openTestServer } from '../support/test-server.ts'

export const origin = { requestId: 'request-1', ip: '192.0.2.77', userAgent: 'Firefox on Linux' }

export const byUser = (id: string): By => ({ actor: { type: 'user', id }, origin })

export type Machinery = Pick<App, 'db' | 'config' | 'clock' | 'log'>

/** Records one after the other, a millisecond apart, so that their order is known. */
export async function recordAll(app: Machinery, by: By, entries: readonly AuditEntry[]): Promise<void> {
  const at = app.clock.now()
  for (const [index, entry] of entries.entries())
    await record(app.db, secondsAfter(at, index / 1000), by, entry)
}

export const times = (count: number, entry: AuditEntry): AuditEntry[] => Array.from({ length: count }, () => entry)

/** Chains and signs all that waits, as the sequencer does. */
export async function chainAll(app: Machinery): Promise<number> {
  const chained = await chainWaiting(app, new Set())
  await signHeads(app, { olderThanSeconds: 0 })
  return chained
}

export interface Verdict {
  whole: boolean
  first: { class: string; fault: string; sequence: number | null; record_id: string | null } | null
  classes: {
    class: string
    from: number | null
    through: number | null
    records: number
    waiting: number
    signed_through: number | null
    dropped_before: string | null
  }[]
}

export interface Verified extends Verdict {
  code: number | NodeJS.Signals
  stderr: string
}

/** `gatehouse audit verify --json`, the real command line in a process of its own. */
export async function verify(variables: Record<string, string>, ...args: string[]): Promise<Verified> {
  const { code, stdout, stderr } = await runToEnd(['audit', 'verify', '--json', ...args], variables)
  if (stdout === '') throw new Error(`audit verify said nothing and ended with ${code}: ${stderr}`)
  return { ...(JSON.parse(stdout) as Verdict), code, stderr }
}

/** The variables with which a process of the program works on this database. */
export const variablesOf = (app: Pick<Parts, 'config'>): Record<string, string> => {
  const [key] = app.config.keyEncryptionKeys.reveal()
  return {
    DATABASE_URL: app.config.database?.application.reveal() ?? '',
    DATA_DIR: app.config.dataDir,
    KEY_ENCRYPTION_KEY: key?.bytes.toString('base64') ?? '',
    PASSWORD_PEPPER: 'p'.repeat(40),
    COOKIE_KEYS: 'c'.repeat(40),
  }
}

export const knexOf = (url: string): Knex => knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } })

/** A database with one chained record of each class, three of sign-ins, that has been let go: it can be copied. */
export async function chainedDatabase(): Promise<{ url: string; variables: Record<string, string> }> {
  const app = await parts()
  await recordAll(app, byUser('ann'), [
    { action: 'user.created', target: { type: 'user', id: 'ann' } },
    ...times(5, { action: 'sign_in.succeeded', target: { type: 'user', id: 'ann' } }),
    { action: 'token.issued', target: { type: 'client', id: 'web' } },
  ])
  await chainAll(app)
  const variables = variablesOf(app)
  await app.bus.close()
  await app.db.destroy()
  return { url: variables.DATABASE_URL ?? '', variables }
}

/** A copy of a database that nobody uses, changed by somebody who may do everything. */
export async function tamperedCopy(
  { url, variables }: { url: string; variables: Record<string, string> },
  tamper: string,
): Promise<Record<string, string>> {
  const name = `copy_${randomUUID().slice(0, 8)}`
  const server = knexOf(await openTestServer())
  await server.raw('create database ?? template ??', [name, new URL(url).pathname.slice(1)])
  const copy = new URL(url)
  copy.pathname = `/${name}`
  const db = knexOf(copy.href)
  await db.raw(`set session_replication_role = replica; ${tamper}`) // no trigger runs
  await db.destroy()
  afterTest(async () => {
    await server.raw('drop database ?? with (force)', [name])
    await server.destroy()
  })
  return { ...variables, DATABASE_URL: copy.href }
}

/** A file with this text, gone after the test. */
export function fileWith(text: string, name = 'file.txt'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

export { freshDatabase }
