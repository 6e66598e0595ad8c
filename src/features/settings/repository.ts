import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { ScopeKind } from './definitions.ts'
import type { Place } from './scope.ts'

export interface StoredSetting {
  key: string
  place: Place
  value: unknown
}

interface Row {
  key: string
  scope: ScopeKind
  scope_id: string
  value: unknown
}

const toStored = (row: Row): StoredSetting => ({
  key: row.key,
  place: { kind: row.scope, id: row.scope_id },
  value: row.value,
})

export async function listAll(db: Db): Promise<StoredSetting[]> {
  const rows = await db('settings')
    .select<Row[]>('key', 'scope', 'scope_id', 'value')
    .orderBy(['key', 'scope', 'scope_id'])
  return rows.map(toStored)
}

const selectOfKey = {
  name: 'settings_of_key',
  text: 'select key, scope, scope_id, value from settings where key = $1 and scope_id = any($2)',
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
export async function find(db: Db, key: string, place: Place): Promise<unknown> {
  const row = await db('settings')
    .where({ key, scope: place.kind, scope_id: place.id })
    .first<Pick<Row, 'value'> | undefined>('value')
  return row?.value
}

export async function put(tx: Db, key: string, place: Place, value: unknown, at: Date): Promise<void> {
  await tx('settings')
    .insert({ key, scope: place.kind, scope_id: place.id, value: JSON.stringify(value), changed_at: at })
    .onConflict(['key', 'scope', 'scope_id'])
    .merge(['value', 'changed_at'])
}

export async function remove(tx: Db, key: string, place: Place): Promise<void> {
  await tx('settings').where({ key, scope: place.kind, scope_id: place.id }).delete()
}
