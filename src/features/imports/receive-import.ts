import type { App, By } from '../../platform/app.ts'
import { newId, sealJson } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { enqueue } from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { errors } from './errors.ts'
import { type Format, readRows, type ReadRow } from './reading/read-rows.ts'
import * as imports from './repository.ts'

/** Rows that are brought in by one transaction: long enough for few round trips, short enough that nobody waits behind it. */
const batchRows = 500

/** Imports that one person or service may have arriving, waiting or running: each may be a gigabyte that is kept until it is in. */
const mostOpen = 5

/** The job that brings a file in, and what it is told. */
export const importJob = 'imports.run'

export const contextOf = (id: string, number: number): string => `user-import:${id}:${number}`

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

export interface Wanted {
  format: Format
  onConflict: imports.Import['onConflict']
  dryRun: boolean
  /** Whoever asks brings it in as well, batch after batch; otherwise a job does. */
  byCaller?: true | undefined
}

/**
 * Takes a file as it arrives and keeps it, sealed, in batches. One that breaks off or cannot be read is gone at once, and
 * nobody of it was brought in.
 *
 * @throws too_many_imports (429)
 * @throws import_unreadable, import_unknown_column, import_empty (400)
 */
export async function receiveImport(
  app: Machinery,
  by: By,
  { format, onConflict, dryRun, byCaller }: Wanted,
  chunks: AsyncIterable<Buffer>,
): Promise<imports.Import> {
  const at = app.clock.now()
  const id = newId(at)
  const schema = await app.settings.get('users.custom_fields')
  const wanted = { id, format, onConflict, dryRun, by: by.actor, at }
  if (!(await imports.insert(app.db, wanted, mostOpen)))
    throw errors.too_many_imports({ retryAfterSeconds: 60 })
  try {
    const batches = await keepAll(app, id, readRows(format, schema, chunks))
    if (batches === 0) throw errors.import_empty()
    await begin(app, by, id, { dryRun, onConflict, byCaller })
  } catch (error) {
    await imports.fail(app.db, id, 'not_received', app.clock.now())
    throw error
  }
  const kept = await imports.find(app.db, id)
  if (!kept) throw errors.import_not_found()
  return kept
}

async function keepAll(app: Machinery, id: string, rows: AsyncIterable<ReadRow>): Promise<number> {
  let [number, batch] = [0, new Array<ReadRow>()]
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < batchRows) continue
    await keep(app, id, number++, batch)
    batch = []
  }
  if (batch.length > 0) await keep(app, id, number++, batch)
  return number
}

async function keep(app: Machinery, id: string, number: number, rows: readonly ReadRow[]): Promise<void> {
  const sealed = sealJson(app.config.keyEncryptionKeys, contextOf(id, number), { rows })
  const at = app.clock.now()
  const kept = await transaction(app.db, (tx) =>
    imports.addBatch(tx, { id, number, rows: rows.length, at, ...sealed }),
  )
  if (!kept) throw errors.import_not_found({ detail: 'It took too long to arrive.' })
}

async function begin(
  app: Machinery,
  by: By,
  id: string,
  { dryRun, onConflict, byCaller }: Pick<Wanted, 'dryRun' | 'onConflict' | 'byCaller'>,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    if (!(await imports.complete(tx, id, at))) throw errors.import_not_found()
    await audit.record(tx, at, by, {
      action: 'users.import_began',
      target: { type: 'import', id },
      details: { dryRun, onConflict },
    })
    if (!byCaller) await enqueue(tx, importJob, { id }, { key: `${importJob}:${id}` })
  })
}
