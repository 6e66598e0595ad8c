import type { App } from '../../../platform/app.ts'
import { holderOf, openKey } from '../persons/holder-keys.ts'
import { openFields, type PersonalFields } from '../persons/personal-fields.ts'
import type { StoredRecord } from '../stored-record.ts'
import * as reading from './repository.ts'
import type { FoundFields } from './repository.ts'

/** What of one record is personal, as far as it can be read. */
export interface Personal {
  fields: PersonalFields
  /** Whose it is: their key seals it, and their erasure ends it. */
  holder: string
  /** `lost`: the key, or the seal, does not open. */
  state: 'readable' | 'erased' | 'lost'
}

type Opened = ReturnType<typeof openKey>

/** The personal fields of records by their ids, each key opened once. A record without any is not in it. */
export async function personalOf(
  { db, config }: Pick<App, 'db' | 'config'>,
  records: readonly StoredRecord[],
): Promise<ReadonlyMap<string, Personal>> {
  const [first] = records
  if (!first) return new Map()
  const oldest = records.reduce((a, b) => (b.recorded_at < a.recorded_at ? b : a), first)
  const found = await reading.findFields(
    db,
    records.map(({ id }) => id),
    new Date(oldest.recorded_at),
  )
  const keys = new Map<string, Opened>()
  for (const { key } of found) if (key && !keys.has(key.holder)) keys.set(key.holder, openKey(config, key))
  const byId = new Map(found.map((one) => [one.recordId, one]))
  const personal = records.flatMap((record): [string, Personal][] => {
    const own = personalIn(record, byId.get(record.id), keys)
    return own ? [[record.id, own]] : []
  })
  return new Map(personal)
}

function personalIn(
  record: StoredRecord,
  found: FoundFields | undefined,
  keys: ReadonlyMap<string, Opened>,
): Personal | null {
  if (found?.waiting)
    return {
      fields: found.waiting,
      holder: holderOf(personOf(record), new Date(record.recorded_at)),
      state: 'readable',
    }
  if (!found || found.holder === null) return null
  const { holder, sealed } = found
  const key = keys.get(holder)
  if (key === 'destroyed' || sealed === null) return { fields: {}, holder, state: 'erased' }
  const fields = key === undefined || key === 'shut' ? null : openFields(key, record.id, sealed)
  return fields ? { fields, holder, state: 'readable' } : { fields: {}, holder, state: 'lost' }
}

/** The person a record concerns, as `audit_append` decides it. */
function personOf({ actor_type, actor_id, target_type, target_id }: StoredRecord): string | null {
  if (actor_type === 'user') return actor_id
  return target_type === 'user' ? target_id : null
}
