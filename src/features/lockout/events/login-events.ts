import { type BrowserName, browserOf } from '../../../lib/browser.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import type { Position } from '../../../platform/http/index.ts'
import { canonicalLogin } from '../../accounts/index.ts'
import type { AuditEntry } from '../../audit/index.ts'
import { keyedHash } from '../buckets.ts'
import * as events from './repository.ts'
import type { LoginOutcome } from './repository.ts'

/** What became of an attempt, as its owner sees it. */
export interface LoginEvent extends BrowserName {
  id: string
  at: Date
  outcome: LoginOutcome
  reason: string | null
  clientId: string | null
  ip: string
  userAgent: string
  deviceId: string | null
}

interface Said {
  userId: string | null
  outcome: LoginOutcome
  reason?: string
  clientId?: string
  deviceId?: string | null
}

type Keys = Pick<App, 'config'>

/** What tells attempts apart without saying what was typed: people type their password there. */
export const identifierOf = (app: Keys, login: string): string =>
  keyedHash(app, 'audit-identifier', canonicalLogin(login) ?? '')
    .toString('hex')
    .slice(0, 16)

/**
 * Whom the audit record of an attempt concerns: the person, or, where there is none, what was typed by its keyed hash. Of a
 * person that hash would stay when they are erased, and tell whoever has the key that this address was theirs. It is
 * computed for both, so that neither takes longer.
 */
export function concerned(
  app: Keys,
  login: string,
  user: { id: string } | null,
): Pick<AuditEntry, 'target' | 'details'> {
  const identifier = identifierOf(app, login)
  return user ? { target: { type: 'user', id: user.id } } : { details: { identifier } }
}

/** Writes down what became of an attempt, in the caller's transaction. Costs the same whether or not there is such a person. */
export const recordLoginEvent = (
  app: Keys,
  tx: Db,
  at: Date,
  by: By,
  { login, ...said }: Said & { login: string },
): Promise<void> => write(tx, at, by, identifierOf(app, login), said)

/** The same for somebody who is known by other means and typed no name. */
export const recordEventOf = (
  app: Keys,
  tx: Db,
  at: Date,
  by: By,
  said: Said & { userId: string },
): Promise<void> => recordEventUnder(app, tx, at, by, said.userId, said)

/** The same where it is not to be told whether there is such a person: `whose` stands for nobody as it does for somebody. */
export const recordEventUnder = (
  app: Keys,
  tx: Db,
  at: Date,
  by: By,
  whose: string,
  said: Said,
): Promise<void> =>
  write(tx, at, by, keyedHash(app, 'audit-identifier', whose).toString('hex').slice(0, 16), said)

async function write(tx: Db, at: Date, { origin }: By, identifier: string, said: Said): Promise<void> {
  await events.insert(tx, {
    id: newId(at),
    at,
    identifier,
    userId: said.userId,
    outcome: said.outcome,
    reason: said.reason ?? null,
    clientId: said.clientId ?? null,
    ip: origin?.ip ?? '',
    userAgent: origin?.userAgent ?? '',
    deviceId: said.deviceId ?? null,
  })
}

/** Attempts to sign in as this person, newest first. Positions are `{ key: at as ISO text, id }` (platform/http, `openList`). */
export async function listLoginEventsOf(
  db: Db,
  userId: string,
  page: { rows: number; from: Position | null },
): Promise<LoginEvent[]> {
  const found = await events.listOf(db, userId, page)
  return found.map((event) => ({ ...event, ...browserOf(event.userAgent) }))
}
