import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import knex, { type Knex } from 'knex'

import { chainWaiting } from '../../src/features/audit/chain/chain-waiting.ts'
import { verifiersOf } from '../../src/features/audit/chain/checkpoint.ts'
import { signHeads } from '../../src/features/audit/chain/sign-heads.ts'
import { type AuditEntry, record } from '../../src/features/audit/index.ts'
import { readCheckpoints } from '../../src/features/audit/verification/read-checkpoints.ts'
import { verifyDatabase } from '../../src/features/audit/verification/verify-database.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import type { App, By } from '../../src/platform/app.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'
import { command } from '../support/command.ts'
import { temporaryFolder } from '../support/process.ts'
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

export const times = (count: number, entry: AuditEntry): AuditEntry[] =>
  Array.from({ length: count }, () => entry)

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
  const { code, stdout, stderr } = await command(['audit', 'verify', '--json', ...args], variables)
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

/** A database that nobody uses, so that it can be copied. */
export interface Source {
  url: string
  variables: Record<string, string>
}

/** One chained record of governance and of tokens, five of sign-ins; signed after the second of these and at the end. */
export async function chainedDatabase(): Promise<Source> {
  const app = await parts()
  const signIn: AuditEntry = { action: 'sign_in.succeeded', target: { type: 'user', id: 'ann' } }
  await recordAll(app, byUser('ann'), [
    { action: 'user.created', target: { type: 'user', id: 'ann' } },
    signIn,
    signIn,
  ])
  await chainAll(app)
  await recordAll(app, byUser('ann'), [
    ...times(3, signIn),
    { action: 'token.issued', target: { type: 'client', id: 'web' } },
  ])
  await chainAll(app)
  const variables = variablesOf(app)
  await app.bus.close()
  await app.db.destroy()
  return { url: variables.DATABASE_URL ?? '', variables }
}

/** A copy of a database, changed by somebody who may do everything. */
export async function tamperedCopy(
  { url, variables }: Source,
  tamper: string,
  andThen: (db: Knex) => Promise<void> = async () => undefined,
): Promise<Record<string, string>> {
  const name = `copy_${randomUUID().slice(0, 8)}`
  const server = knexOf(await openTestServer())
  await server.raw('create database ?? template ??', [name, new URL(url).pathname.slice(1)])
  afterTest(async () => {
    await server.raw('drop database ?? with (force)', [name])
    await server.destroy()
  })
  const copy = new URL(url)
  copy.pathname = `/${name}`
  const db = knexOf(copy.href)
  await db.raw(`alter database ?? set session_replication_role = replica`, [name]) // no trigger runs
  await db.raw(`set session_replication_role = replica; ${tamper}`)
  await andThen(db)
  await db.destroy()
  return { ...variables, DATABASE_URL: copy.href }
}

/** The same verdict without a process of its own. */
export async function lookAt(
  variables: Record<string, string>,
  outside = '',
): Promise<Pick<Verdict, 'first'>> {
  const { DATABASE_URL: url = '' } = variables
  const verifiers = verifiersOf(readConfig({ NODE_ENV: 'test', ...variables }))
  const checkpoints = outside === '' ? [] : readCheckpoints('outside', outside, verifiers)
  const db = knexOf(url)
  try {
    const classes = await verifyDatabase({ db }, { verifiers, outside: checkpoints }, () => Promise.resolve())
    return { first: classes.find(({ finding }) => finding)?.finding ?? null }
  } finally {
    await db.destroy()
  }
}

/** A file with this text, gone after the test. */
export function fileWith(text: string, name = 'file.txt'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}
