import { type BrowserName, browserOf } from '../../../lib/browser.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import type { Position } from '../../../platform/http/index.ts'
import { canonicalLogin } from '../../accounts/index.ts'
import type { AuditEntry } from '../../audit/index.ts'
import { keyedHash } from '../buckets.ts'
import * as events from './repository.ts'
import type { EventRecord, LoginOutcome, LoginRisk } from './repository.ts'

export type { LoginRisk } from './repository.ts'

/** What became of an attempt, as its owner sees it. */
export interface LoginEvent extends BrowserName, EventRecord {}

interface Said {
  /** The same as that of the audit record about it, so that each is found by the other. */
  id?: string
  userId: string | null
  outcome: LoginOutcome
  reason?: string
  clientId?: string
  deviceId?: string | null
  risk?: LoginRisk
}

type Keys = Pick<App, 'config'>
type Machinery = Keys & Pick<App, 'metrics'>

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
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  { login, ...said }: Said & { login: string },
): Promise<void> => write(app, tx, at, by, identifierOf(app, login), said)

/** The same for somebody who is known by other means and typed no name. */
export const recordEventOf = (
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  said: Said & { userId: string },
): Promise<void> => recordEventUnder(app, tx, at, by, said.userId, said)

/** The same where it is not to be told whether there is such a person: `whose` stands for nobody as it does for somebody. */
export const recordEventUnder = (
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  whose: string,
  said: Said,
): Promise<void> =>
  write(app, tx, at, by, keyedHash(app, 'audit-identifier', whose).toString('hex').slice(0, 16), said)

async function write(
  { metrics }: Pick<App, 'metrics'>,
  tx: Db,
  at: Date,
  { origin }: By,
  identifier: string,
  said: Said,
): Promise<void> {
  const { reason = null } = said
  await events.insert(tx, {
    id: said.id ?? newId(at),
    at,
    identifier,
    userId: said.userId,
    outcome: said.outcome,
    reason,
    clientId: said.clientId ?? null,
    ip: origin?.ip ?? '',
    userAgent: origin?.userAgent ?? '',
    deviceId: said.deviceId ?? null,
    risk: said.risk ?? null,
  })
  metrics.signIn({ outcome: said.outcome, reason })
}

/** Attempts to sign in as this person, newest first. Positions are `{ key: at as ISO text, id }` (platform/http, `openList`). */
export async function listLoginEventsOf(
  db: Db,
  userId: string,
  page: { rows: number; from: Position | null },
): Promise<LoginEvent[]> {
  return (await events.listOf(db, userId, page)).map(toEvent)
}

/** Those of these attempts that are this person's and are still kept, by their ids. */
export async function loginEventsOf(
  db: Db,
  userId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LoginEvent>> {
  const found = ids.length === 0 ? [] : await events.listNamed(db, userId, ids)
  return new Map(found.map((event) => [event.id, toEvent(event)]))
}

export async function findLoginEvent(db: Db, id: string): Promise<LoginEvent | null> {
  const found = await events.find(db, id)
  return found && toEvent(found)
}

/**
 * Writes down that a sign-in was not its person's: it says nothing more about where they usually are. Null when there is no
 * such sign-in of theirs, or it was written down before.
 */
export async function disownLoginEvent(
  tx: Db,
  at: Date,
  { userId, id }: { userId: string; id: string },
): Promise<LoginEvent | null> {
  const found = await events.disown(tx, { userId, id, at })
  return found && toEvent(found)
}

const toEvent = (event: EventRecord): LoginEvent => ({ ...event, ...browserOf(event.userAgent) })
