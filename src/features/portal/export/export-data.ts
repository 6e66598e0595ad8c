import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findSelf, isNativeIdentity, listIdentities, ownCustomFields } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import type { Page } from '../../../platform/http/index.ts'
import { listConsents } from '../../consents/index.ts'
import { listDevicesOf } from '../../devices/index.ts'
import { factorsOf, listFactors } from '../../factors/index.ts'
import { listForeignIdentities } from '../../federation/index.ts'
import { listLoginEventsOf } from '../../lockout/index.ts'
import { listMergesOf, type MergeRecord } from '../../merging/index.ts'
import { listRequestsOf } from '../../oidc/index.ts'
import { listPasskeys } from '../../passkeys/index.ts'
import { listSessionsOf, type SessionView } from '../../sessions/index.ts'
import type { Parts } from '../parts.ts'
import { snakeCase } from './snake-case.ts'

type Machinery = Pick<Parts, 'clients' | 'config' | 'db' | 'clock' | 'limits' | 'settings'>

export interface PersonalData {
  /** What the browser is to call it. */
  fileName: string
  document: Record<string, unknown>
}

/**
 * Puts together everything that is kept about a person, each part as its owner tells it. No secret and no hash is in it;
 * moments are RFC 3339.
 *
 * @throws too_many_requests (429): it reads much, so it is not for every minute.
 */
export async function exportData(app: Machinery, by: By, userId: string): Promise<PersonalData> {
  await app.limits.take('export', userId)
  const at = app.clock.now()
  const { user, profile } = await findSelf(app.db, userId)
  const document: Record<string, unknown> = {
    account: user,
    profile,
    custom_fields: await ownCustomFields(app, userId),
    identities: await identitiesOf(app, userId),
    passkeys: await passkeysOf(app, userId),
    second_factors: await secondFactorsOf(app, userId),
    sessions: (await listSessionsOf(app, userId)).map(withoutNames),
    devices: await listDevicesOf(app.db, userId),
    consents: await listConsents(app.db, userId),
    authentication_requests: await authenticationRequestsOf(app, userId),
    merges: (await listMergesOf(app.db, userId)).map(told),
    sign_ins: await listLoginEventsOf(app.db, userId, { rows: mostSignIns, from: null }),
    events: await eventsOf(app, userId),
  }
  await transaction(app.db, (tx) =>
    audit.record(tx, at, by, { action: 'data.exported', target: { type: 'user', id: userId } }),
  )
  const parts = Object.entries(document).map(([name, part]): [string, unknown] => [name, snakeCase(part)])
  return {
    fileName: `account-${at.toISOString().slice(0, 10)}.json`,
    document: Object.fromEntries<unknown>([['exported_at', at], ...parts]),
  }
}

/** The one of this service, and those elsewhere with who speaks for them; never the tokens that are kept of one. */
async function identitiesOf({ db }: Pick<Machinery, 'db'>, userId: string): Promise<object[]> {
  const own = (await listIdentities(db, userId)).filter(isNativeIdentity)
  const foreign = await listForeignIdentities(db, userId)
  return [...own.map((one) => ({ ...one, providerName: null })), ...foreign].map(
    ({ id, issuer, subject, label, providerName, createdAt, lastUsedAt }) => ({
      ...{ id, issuer, subject, label, provider: providerName, createdAt, lastUsedAt },
    }),
  )
}

/** Neither the keys nor the authenticators' names for them. */
async function passkeysOf({ db }: Pick<Machinery, 'db'>, userId: string): Promise<object[]> {
  return (await listPasskeys(db, userId)).map(
    ({ id, purpose, name, aaguid, transports, backedUp, createdAt, lastUsedAt, counterReversedAt }) => ({
      ...{ id, purpose, name, aaguid, transports, backedUp, createdAt, lastUsedAt, counterReversedAt },
    }),
  )
}

/** Neither seeds nor codes. */
async function secondFactorsOf({ db }: Pick<Machinery, 'db'>, userId: string): Promise<object> {
  const items = (await listFactors(db, userId)).map(
    ({ id, kind, name, createdAt, confirmedAt, lastUsedAt }) => ({
      ...{ id, kind, name, createdAt, confirmedAt, lastUsedAt },
    }),
  )
  const { recoveryCodesLeft } = await factorsOf(db, userId)
  return { items, recoveryCodesLeft }
}

/** What applications asked for behind their back, as long as it is remembered. */
async function authenticationRequestsOf({ db }: Pick<Machinery, 'db'>, userId: string): Promise<object[]> {
  return (await listRequestsOf(db, userId)).map(
    ({ id, clientId, scopes, bindingMessage, askedFrom, askedAt, expiresAt, state, decidedAt }) => ({
      ...{ id, clientId, scopes, bindingMessage, askedFrom, askedAt, expiresAt, state, decidedAt },
    }),
  )
}

/** What is needed to undo a merge says nothing more. */
const told = ({ id, state, survivingUserId, mergedUserId, mergedAt, undoUntil, undoneAt }: MergeRecord) => ({
  ...{ id, state, survivingUserId, mergedUserId, mergedAt, undoUntil, undoneAt },
})

/** What the tokens of a session go by at a client (`sid`) is between us and the client. */
const withoutNames = ({ clients, ...session }: SessionView) => ({
  ...session,
  clients: clients.map(({ clientId, offline, startedAt }) => ({ clientId, offline, startedAt })),
})

/** Attempts to sign in, and pages of events, that one export holds at most: the newest. */
const mostSignIns = 1_000
const mostPages = 10

async function eventsOf(app: Machinery, userId: string): Promise<audit.SecurityEvent[]> {
  const events: audit.SecurityEvent[] = []
  let after: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const found: Page<audit.SecurityEvent> = await audit.listEventsOf(app, userId, { limit: 200, after })
    events.push(...found.items)
    if (found.next === null) break
    after = found.next
  }
  return events
}
