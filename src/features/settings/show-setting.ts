import { z } from 'zod'

import type { App, Db } from '../../platform/app.ts'
import { allowedPlace, demandPlace, settingKey } from './change-setting.ts'
import { type ScopeKind, type SettingKey, settingDefinitions } from './definitions.ts'
import { readSetting } from './open-settings.ts'
import * as settings from './repository.ts'
import type { StoredSetting } from './repository.ts'
import { type Place, placeOf, type Scope } from './scope.ts'
import { tagOf } from './tag.ts'

/** One setting as it stands for the system, one organization or one client. */
export interface ShownSetting {
  key: SettingKey
  description: string
  scopes: readonly ScopeKind[]
  /** JSON Schema of what it may be. */
  schema: Record<string, unknown>
  default: unknown
  /** What holds there. */
  value: unknown
  /** Whether it has a value of its own there; else a wider one or the default holds. */
  own: boolean
  changedAt: Date | null
  /** Null also where that was not kept yet. */
  changedBy: { type: string; id: string | null } | null
  /** In a list for the system: organizations and clients with a value of their own. */
  exceptions?: { scope: ScopeKind; id: string; value: unknown }[]
}

/**
 * One setting for who asks, and not of somebody who is not there.
 *
 * @throws setting_not_found, client_not_found (404); setting_scope_not_allowed (400)
 */
export async function findSetting(
  app: Pick<App, 'db'>,
  name: string,
  scope: Scope,
): Promise<{ setting: ShownSetting; etag: string }> {
  await demandPlace(app.db, allowedPlace(name, scope))
  return showSetting(app, name, scope)
}

/** @throws setting_not_found (404); setting_scope_not_allowed (400) */
export async function showSetting(
  app: Pick<App, 'db'>,
  name: string,
  scope: Scope = {},
): Promise<{ setting: ShownSetting; etag: string }> {
  const [key, place] = [settingKey(name), allowedPlace(name, scope)]
  const stored = await settings.findStored(app.db, key, place)
  const value = stored ? stored.value : await readSetting(app.db, key, scope)
  return { setting: shown(key, stored, value), etag: tagOf(key, place, stored) }
}

/**
 * All of them as they stand for the system, or for one client or organization: then those that may differ there.
 *
 * @throws client_not_found (404); setting_scope_not_allowed (400)
 */
export async function showSettings(db: Db, scope: Scope = {}): Promise<ShownSetting[]> {
  const place = placeOf(scope)
  await demandPlace(db, place)
  const all = await settings.listAll(db)
  const at = (key: string, { kind, id }: Place) =>
    all.find((one) => one.key === key && one.place.kind === kind && one.place.id === id)
  return [...keysFor(place)].map((key) => {
    const stored = at(key, place)
    const wider = stored ?? at(key, { kind: 'system', id: '' })
    const setting = shown(key, stored, wider ? wider.value : settingDefinitions[key].default)
    return place.kind === 'system' ? { ...setting, exceptions: exceptionsTo(key, all) } : setting
  })
}

const exceptionsTo = (key: SettingKey, all: readonly StoredSetting[]) =>
  all
    .filter((one) => one.key === key && one.place.kind !== 'system')
    .map(({ place, value }) => ({ scope: place.kind, id: place.id, value }))

function* keysFor({ kind }: Place): Iterable<SettingKey> {
  for (const [key, { scopes }] of Object.entries(settingDefinitions))
    if (scopes.includes(kind)) yield settingKey(key)
}

function shown(key: SettingKey, stored: StoredSetting | undefined, value: unknown): ShownSetting {
  const { description, scopes, schema, default: usual } = settingDefinitions[key]
  return {
    key,
    description,
    scopes,
    schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    default: usual,
    value,
    own: stored !== undefined,
    changedAt: stored?.changedAt ?? null,
    changedBy: stored?.changedBy ?? null,
  }
}
