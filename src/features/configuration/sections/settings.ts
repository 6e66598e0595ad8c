import { z } from 'zod'

import {
  acceptedValue,
  changeSetting,
  listStoredSettings,
  resetSetting,
  type Scope,
  settingDefinitions,
  settingKey,
  type StoredSetting,
} from '../../settings/index.ts'
import { type Fault, faultsIn, faultsOf } from '../document/fault.ts'
import { errors } from '../errors.ts'
import type { Present, Section, Wanted } from './section.ts'

const Values = z.record(z.string().max(100), z.unknown())
const Declared = z.strictObject({
  system: Values.default({}),
  organizations: z.record(z.string(), Values).default({}),
  clients: z.record(z.string(), Values).default({}),
})

type Kind = 'system' | 'organization' | 'client'

/** Settings that have a value of their own, for the system and for one organization or client. */
export const settings: Section = {
  name: 'settings',
  permission: 'settings:write:any',
  present: async ({ db }) => (await listStoredSettings(db)).map(presentOf).toSorted(byKey),
  read(_app, said) {
    const parsed = Declared.safeParse(said ?? {})
    if (!parsed.success) return { wanted: [], faults: faultsIn(parsed.error, ['settings']) }
    const { system, organizations, clients } = parsed.data
    const places: Place[] = [
      { kind: 'system', id: '', values: system, path: ['system'] },
      ...placesOf('organization', 'organizations', organizations),
      ...placesOf('client', 'clients', clients),
    ]
    const [wanted, faults]: [Wanted[], Fault[]] = [[], []]
    for (const { kind, id, values, path } of places)
      for (const [key, value] of Object.entries(values))
        try {
          wanted.push(wantedOf({ kind, id, key, value }, ['settings', ...path, key]))
        } catch (error) {
          faults.push(...faultsOf(error, ['settings', ...path, key]).map(withoutKey(key)))
        }
    return { wanted, faults }
  },
  write(present) {
    const kinds = Map.groupBy(present, ({ written }) => written.kind)
    const valuesIn = (some: readonly Present[]) =>
      Object.fromEntries(some.map(({ written }) => [String(written.key), written.value]))
    const grouped = (kind: Kind) => {
      const things = Map.groupBy(kinds.get(kind) ?? [], ({ written }) => String(written.id))
      return Object.fromEntries([...things].map(([id, some]) => [id, valuesIn(some)]))
    }
    const said = {
      system: valuesIn(kinds.get('system') ?? []),
      organizations: grouped('organization'),
      clients: grouped('client'),
    }
    return Object.fromEntries(Object.entries(said).filter(([, values]) => Object.keys(values).length > 0))
  },
}

interface Place {
  kind: Kind
  id: string
  values: Record<string, unknown>
  path: string[]
}

const placesOf = (kind: Kind, name: string, all: Record<string, Record<string, unknown>>) =>
  Object.entries(all).map(([id, values]) => ({ kind, id, values, path: [name, id] }))

/** What a use case says of a whole value it calls by the setting's key, which the path ends with. */
const withoutKey =
  (key: string) =>
  (fault: Fault): Fault => {
    const end = key.split('.').length
    const tail = fault.path.slice(-end).join('.')
    return tail === key && fault.path.slice(0, -end).at(-1) === key
      ? { ...fault, path: fault.path.slice(0, -end) }
      : fault
  }

const byKey = (one: Present, other: Present): number => (one.key < other.key ? -1 : 1)

const nameOf = (kind: Kind, id: string, key: string): string =>
  kind === 'system' ? key : `${key} (${kind} ${id})`

const scopeOf = (kind: Kind, id: string): Scope => ({
  ...(kind === 'client' && { clientId: id }),
  ...(kind === 'organization' && { organizationId: id }),
})

function wantedOf(
  { kind, id, key, value }: { kind: Kind; id: string; key: string; value: unknown },
  path: readonly string[],
): Wanted {
  const known = settingKey(key)
  const accepted = acceptedValue(known, value)
  if (!settingDefinitions[known].scopes.includes(kind))
    throw errors.configuration_invalid({ detail: `cannot be set for one ${kind}` })
  return {
    key: nameOf(kind, id, key),
    path,
    fields: { value: accepted },
    put: (app, by) => changeSetting(app, by, key, value, scopeOf(kind, id)),
  }
}

function presentOf({ key, place: { kind, id }, value }: StoredSetting): Present {
  return {
    key: nameOf(kind, id, key),
    fields: { value },
    written: { kind, id, key, value },
    remove: (app, by) => resetSetting(app, by, key, scopeOf(kind, id)),
  }
}
