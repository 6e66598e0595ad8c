import type { App, Db } from '../../platform/app.ts'
import { remembered } from '../../platform/remembered.ts'
import { type SettingKey, settingDefinitions, type SettingValue } from './definitions.ts'
import * as settings from './repository.ts'
import type { StoredSetting } from './repository.ts'
import { type Place, placesOf, type Scope } from './scope.ts'

export interface Settings {
  /**
   * The value that holds: the client's, else the organization's, else the system's, else the default.
   *
   * @throws Error when what is stored does not fit the definition (a newer release wrote it): to fall back to the
   * default could open what somebody closed.
   */
  get<Key extends SettingKey>(key: Key, scope?: Scope): Promise<SettingValue<Key>>
  /**
   * The same object for as long as no setting changes: what was made of settings may be kept by it. Null while it is not sure
   * that nothing changed.
   */
  unchanged(): object | null
}

export interface WithSettings {
  settings: Settings
}

export const topic = 'settings'

type Stored = ReadonlyMap<string, unknown>

const nameOf = (key: string, { kind, id }: Place): string => `${key} ${kind} ${id}`

const toMap = (found: readonly StoredSetting[]): Stored =>
  new Map(found.map(({ key, place, value }) => [nameOf(key, place), value]))

function choose<Key extends SettingKey>(
  stored: Stored,
  key: Key,
  places: readonly Place[],
): SettingValue<Key> {
  const place = places.find((candidate) => stored.has(nameOf(key, candidate)))
  const definition = settingDefinitions[key]
  return definition.schema.parse(place ? stored.get(nameOf(key, place)) : definition.default)
}

/** What holds at one place, or by default, checked once for as long as nothing is stored anew. */
function chooseOnce(chosen: WeakMap<Stored, Map<string, unknown>>): typeof choose {
  return (stored, key, places) => {
    const known = chosen.get(stored) ?? new Map<string, unknown>()
    chosen.set(stored, known)
    const place = places.find((candidate) => stored.has(nameOf(key, candidate)))
    const name = place ? nameOf(key, place) : key
    if (!known.has(name)) known.set(name, choose(stored, key, places))
    return known.get(name) as SettingValue<typeof key> // put there under this very key
  }
}

/** The value that holds, straight from Postgres: for one who has just changed it. */
export async function readSetting<Key extends SettingKey>(
  db: Db,
  key: Key,
  scope: Scope = {},
): Promise<SettingValue<Key>> {
  const places = placesOf(scope)
  return choose(toMap(await settings.listOfKey(db, key, places)), key, places)
}

/**
 * All stored settings in memory, read again when one changes anywhere. In between a `get` looks into a map; only while
 * the channel of changes is silent does it ask Postgres.
 */
export function openSettings(app: Pick<App, 'db' | 'bus'>): Settings {
  const stored = remembered(app, { topic, read: async () => toMap(await settings.listAll(app.db)) })
  const chosen = chooseOnce(new WeakMap())
  return {
    unchanged: stored.known,
    async get(key, scope = {}) {
      if (!stored.isTrusted()) return readSetting(app.db, key, scope)
      return chosen(await stored.get(), key, placesOf(scope))
    },
  }
}
