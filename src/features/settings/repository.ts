import type { By, Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { ScopeKind } from './definitions.ts'
import type { Place } from './scope.ts'

export interface StoredSetting {
  key: string
  place: Place
  value: unknown
  changedAt: Date
  /** Null where that was not kept yet. */
  changedBy: { type: string; id: string | null } | null
}

interface Row {
  key: string
  scope: ScopeKind
  scope_id: string
  value: unknown
  changed_at: Date
  changed_by_type: string | null
  changed_by_id: string | null
}

const columns = ['key', 'scope', 'scope_id', 'value', 'changed_at', 'changed_by_type', 'changed_by_id']

const toStored = (row: Row): StoredSetting => ({
  key: row.key,
  place: { kind: row.scope, id: row.scope_id },
  value: row.value,
  changedAt: row.changed_at,
  changedBy: row.changed_by_type === null ? null : { type: row.changed_by_type, id: row.changed_by_id },
})

export async function listAll(db: Db): Promise<StoredSetting[]> {
  const rows = await db('settings').select<Row[]>(columns).orderBy(['key', 'scope', 'scope_id'])
  return rows.map(toStored)
}

const selectOfKey = {
  name: 'settings_of_key_2',
  text: `select ${columns.join(', ')} from settings where key = $1 and scope_id = any($2)`,
}

/** What a key has in any of these places. */
export async function listOfKey(db: Db, key: string, places: readonly Place[]): Promise<StoredSetting[]> {
  const rows = await run<Row>(db, selectOfKey, [key, places.map(({ id }) => id)])
  return rows.map(toStored)
}

/** Waits for other changes of this setting, of which there may be no row to lock yet; ends with the transaction. */
export async function lock(tx: Db, key: string): Promise<void> {
  await tx.raw(`select pg_advisory_xact_lock(hashtextextended('settings:' || ?, 0))`, [key])
}

/** Undefined when the setting has no value of its own there. */
export async function findStored(db: Db, key: string, place: Place): Promise<StoredSetting | undefined> {
  const row = await db('settings')
    .where({ key, scope: place.kind, scope_id: place.id })
    .first<Row | undefined>(columns)
  return row && toStored(row)
}

export async function put(
  tx: Db,
  setting: { key: string; place: Place; value: unknown; at: Date; by: By['actor'] },
): Promise<void> {
  const { key, place, value, at, by } = setting
  await tx('settings')
    .insert({
      ...{ key, scope: place.kind, scope_id: place.id, value: JSON.stringify(value), changed_at: at },
      ...{ changed_by_type: by.type, changed_by_id: by.id },
    })
    .onConflict(['key', 'scope', 'scope_id'])
    .merge(['value', 'changed_at', 'changed_by_type', 'changed_by_id'])
}

/** Takes all values away that somebody has of their own; how many. */
export async function removeOf(tx: Db, place: Place): Promise<number> {
  return tx('settings').where({ scope: place.kind, scope_id: place.id }).delete()
}

/** Whether there is a client, which then stays as long as the transaction. A read over features/clients, by its primary key. */
export async function clientIsThere(db: Db, id: string): Promise<boolean> {
  const found = await db('clients as c').select('c.id').where('c.id', id).forKeyShare()
  return found.length === 1
}

export async function remove(tx: Db, key: string, place: Place): Promise<void> {
  await tx('settings').where({ key, scope: place.kind, scope_id: place.id }).delete()
}
