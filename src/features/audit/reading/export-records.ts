import type { App, By } from '../../../platform/app.ts'
import type { Position } from '../../../platform/http/index.ts'
import { record as write } from '../record.ts'
import type { StoredRecord } from '../stored-record.ts'
import { readOf, type ReadRecord, told } from './list-records.ts'
import { personalOf } from './personal-of.ts'
import * as reading from './repository.ts'
import type { RecordFilter } from './repository.ts'

/** Records read and written at a time. */
const pieceRecords = 500

/**
 * Every record that matches, newest first, with what is personal unsealed as a reading shows it; a piece at a time, as fast as
 * they are taken away. It is written down before anything is given out: who breaks off has still read.
 */
export async function exportRecords(
  app: Pick<App, 'db' | 'config' | 'clock'>,
  by: By,
  filter: RecordFilter,
): Promise<AsyncGenerator<ReadRecord[]>> {
  const details = { ...told(filter), personal: true }
  await write(app.db, app.clock.now(), by, { action: 'audit.exported', details })
  return pieces(app, filter)
}

async function* pieces(app: Pick<App, 'db' | 'config'>, filter: RecordFilter): AsyncGenerator<ReadRecord[]> {
  for (let from: Position | null = null; ;) {
    const found: StoredRecord[] = await reading.list(app.db, filter, { from, limit: pieceRecords })
    const personal = await personalOf(app, found)
    if (found.length > 0) yield found.map((record) => readOf(record, personal.get(record.id)))
    const last = found.at(-1)
    if (!last || found.length < pieceRecords) return
    from = { key: last.recorded_at, id: last.id }
  }
}
