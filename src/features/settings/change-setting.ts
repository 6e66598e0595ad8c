import { isDeepStrictEqual } from 'node:util'

import type { App, By, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { transaction } from '../../platform/db/index.ts'
import { demandMatch } from '../../platform/http/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { isSettingKey, type SettingKey, settingDefinitions } from './definitions.ts'
import { errors } from './errors.ts'
import { topic } from './open-settings.ts'
import * as settings from './repository.ts'
import { type Place, placeOf, type Scope } from './scope.ts'
import { tagOf } from './tag.ts'

type Machinery = Pick<App, 'db' | 'clock'>

interface Seen {
  /** The header `If-Match`: which value was looked at; absent or empty: whichever it is. */
  ifMatch?: string
}

/**
 * Gives a setting a value of its own for the system, one organization or one client.
 *
 * @throws setting_not_found, client_not_found (404); setting_invalid (400) with what is wrong where;
 * setting_scope_not_allowed (400); precondition_failed (412).
 */
export async function changeSetting(
  app: Machinery,
  by: By,
  key: string,
  value: unknown,
  scope: Scope = {},
  seen: Seen = {},
): Promise<void> {
  const [known, place] = [settingKey(key), allowedPlace(key, scope)]
  const accepted = acceptedValue(known, value)
  await transaction(app.db, async (tx) => {
    await settings.lock(tx, known)
    await demandPlace(tx, place)
    const before = await heldValue(tx, known, place, seen)
    if (isDeepStrictEqual(before, accepted)) return
    await settings.put(tx, { key: known, place, value: accepted, at: app.clock.now(), by: by.actor })
    await tell(app, tx, by, { action: 'setting.changed', key: known, place, before, after: accepted })
  })
}

/**
 * Takes a setting's own value away, so that the next wider one or the default holds again.
 *
 * @throws setting_not_found, client_not_found (404); setting_scope_not_allowed (400); precondition_failed (412).
 */
export async function resetSetting(
  app: Machinery,
  by: By,
  key: string,
  scope: Scope = {},
  seen: Seen = {},
): Promise<void> {
  const [known, place] = [settingKey(key), allowedPlace(key, scope)]
  await transaction(app.db, async (tx) => {
    await settings.lock(tx, known)
    const before = await heldValue(tx, known, place, seen)
    if (before === undefined) return demandPlace(tx, place)
    await settings.remove(tx, known, place)
    await tell(app, tx, by, { action: 'setting.reset', key: known, place, before, after: undefined })
  })
}

/** What it is now, in a transaction that nobody else changes it beside. @throws precondition_failed (412) */
async function heldValue(tx: Db, key: SettingKey, place: Place, { ifMatch = '' }: Seen): Promise<unknown> {
  const stored = await settings.findStored(tx, key, place)
  demandMatch(ifMatch, tagOf(key, place, stored))
  return stored?.value
}

/** @throws client_not_found (404) */
export async function demandPlace(db: Db, { kind, id }: Place): Promise<void> {
  if (kind === 'client' && !(await settings.clientIsThere(db, id))) throw errors.client_not_found()
}

/** @throws setting_not_found (404) */
export function settingKey(key: string): SettingKey {
  if (!isSettingKey(key)) throw errors.setting_not_found()
  return key
}

/** @throws setting_scope_not_allowed (400) */
export function allowedPlace(key: string, scope: Scope): Place {
  const place = placeOf(scope)
  const { scopes } = settingDefinitions[settingKey(key)]
  if (scopes.includes(place.kind)) return place
  throw errors.setting_scope_not_allowed({ detail: `${key} can be set for: ${scopes.join(', ')}.` })
}

/** The value as it is stored, defaults filled in. @throws setting_invalid (400) with what is wrong where */
export function acceptedValue(key: SettingKey, value: unknown): unknown {
  const parsed = settingDefinitions[key].schema.safeParse(value)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({
    field: path.join('.') || key,
    detail: message,
  }))
  throw errors.setting_invalid({ detail: `${key}: ${fields.map(({ detail }) => detail).join('; ')}`, fields })
}

interface Change {
  action: 'setting.changed' | 'setting.reset'
  key: SettingKey
  place: Place
  before: unknown
  after: unknown
}

/** To the audit log with both values; to other processes and other features without. */
async function tell(
  app: Machinery,
  tx: Db,
  by: By,
  { action, key, place, before, after }: Change,
): Promise<void> {
  const at = app.clock.now()
  const organizationId = place.kind === 'organization' ? place.id : null
  const changes = { before: { value: before ?? null }, after: { value: after ?? null } }
  const where = { scope: place.kind, scopeId: place.id }
  await audit.record(tx, at, by, {
    action,
    target: { type: 'setting', id: key },
    organizationId,
    changes,
    details: where,
  })
  await tellReplicas(tx, topic, { key })
  await outbox.publish(tx, at, by, {
    type: 'auth.setting.changed',
    subject: key,
    organizationId,
    data: { key, ...where },
  })
}
