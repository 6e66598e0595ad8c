import type { By, Db } from '../../platform/app.ts'
import { run, type Statement } from '../../platform/db/index.ts'
import type { FieldProblem } from '../../platform/errors.ts'
import type { Position } from '../../platform/http/index.ts'
import type { Format } from './reading/read-rows.ts'
import type { conflictChoices, outcomes } from './schema.ts'

export type Outcome = (typeof outcomes)[number]

export interface Import {
  id: string
  state: 'receiving' | 'waiting' | 'running' | 'done' | 'failed'
  format: Format
  onConflict: (typeof conflictChoices)[number]
  dryRun: boolean
  by: By['actor']
  rows: number
  batches: number
  nextBatch: number
  counts: Record<Outcome, number>
  failure: string | null
  /** A code of why its next batch failed, the last time it was tried. */
  failureDetail: string | null
  createdAt: Date
  finishedAt: Date | null
}

interface Row extends Record<Outcome, number> {
  id: string
  state: Import['state']
  format: Format
  on_conflict: Import['onConflict']
  dry_run: boolean
  actor_type: By['actor']['type']
  actor_id: string | null
  row_count: number
  batch_count: number
  next_batch: number
  failure: string | null
  failure_detail: string | null
  created_at: Date
  finished_at: Date | null
}

const columns = [
  ...[
    'i.id',
    'i.state',
    'i.format',
    'i.on_conflict',
    'i.dry_run',
    'i.actor_type',
    'i.actor_id',
    'i.row_count',
  ],
  ...['i.batch_count', 'i.next_batch', 'i.created', 'i.updated', 'i.skipped', 'i.failed', 'i.failure'],
  ...['i.failure_detail', 'i.created_at', 'i.finished_at'],
]

const toImport = (row: Row): Import => ({
  id: row.id,
  state: row.state,
  format: row.format,
  onConflict: row.on_conflict,
  dryRun: row.dry_run,
  by: { type: row.actor_type, id: row.actor_id },
  rows: row.row_count,
  batches: row.batch_count,
  nextBatch: row.next_batch,
  counts: { created: row.created, updated: row.updated, skipped: row.skipped, failed: row.failed },
  failure: row.failure,
  failureDetail: row.failure_detail,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
})

/** The state of an import that ended because its next batch failed too often; that batch and those after it are kept. */
export const gaveUp = 'gave_up'

const insertImport: Statement = {
  name: 'imports_insert_v1',
  text: `insert into user_imports (id, state, format, on_conflict, dry_run, actor_type, actor_id, row_count, batch_count, next_batch,
           created_at, touched_at)
         select $1, 'receiving', $2, $3, $4, $5, $6, 0, 0, 0, $7, $7
         where (select count(*) from user_imports i where i.state in ('receiving', 'waiting', 'running')
           and i.actor_type = $5 and i.actor_id is not distinct from $6) < $8
         returning id`,
}
/** False where whoever asks has as many open as one may. Served by index user_imports_open, which holds few rows. */
export async function insert(
  db: Db,
  one: Pick<Import, 'id' | 'format' | 'onConflict' | 'dryRun' | 'by'> & { at: Date },
  mostOpen: number,
): Promise<boolean> {
  const { id, format, onConflict, dryRun, by, at } = one
  const values = [id, format, onConflict, dryRun, by.type, by.id, at, mostOpen]
  return (await run(db, insertImport, values)).length === 1
}

export async function find(db: Db, id: string): Promise<Import | null> {
  const row = await db('user_imports as i').select<Row[]>(columns).where('i.id', id).first()
  return row ? toImport(row) : null
}

/** Newest first. Served by index user_imports_by_age. */
export async function list(db: Db, page: { from: Position | null; rows: number }): Promise<Import[]> {
  const query = db('user_imports as i')
    .select<Row[]>(columns)
    .orderByRaw('i.created_at desc, i.id desc')
    .limit(page.rows)
  if (page.from)
    query.whereRaw('(i.created_at, i.id) < (?::timestamptz, ?::uuid)', [page.from.key, page.from.id])
  return (await query).map(toImport)
}

export interface SealedBatch {
  sealed: Buffer
  keyId: string
}

/** Keeps a piece of a file that is arriving. False when the import is not waiting for one (any more). */
export async function addBatch(
  tx: Db,
  {
    id,
    number,
    rows,
    at,
    sealed,
    keyId,
  }: SealedBatch & { id: string; number: number; rows: number; at: Date },
): Promise<boolean> {
  const changed = await tx('user_imports')
    .where({ id, state: 'receiving', batch_count: number })
    .update({ batch_count: number + 1, row_count: tx.raw('row_count + ?', [rows]), touched_at: at })
  if (changed === 0) return false
  await tx('user_import_batches').insert({
    import_id: id,
    number,
    sealed_rows: sealed,
    sealing_key_id: keyId,
  })
  return true
}

/** The file is here as a whole. */
export async function complete(tx: Db, id: string, at: Date): Promise<boolean> {
  const changed = await tx('user_imports')
    .where({ id, state: 'receiving' })
    .update({ state: 'waiting', touched_at: at })
  return changed === 1
}

export async function findBatch(db: Db, id: string, number: number): Promise<Buffer | null> {
  const row = await db('user_import_batches')
    .select<{ sealed_rows: Buffer }[]>('sealed_rows')
    .where({ import_id: id, number })
    .first()
  return row?.sealed_rows ?? null
}

/** Holds an import for the one who brings in its batch of that number. Null when somebody has done so. */
export async function lockAt(tx: Db, id: string, number: number): Promise<Import | null> {
  const row = await tx('user_imports as i')
    .select<Row[]>(columns)
    .where({ 'i.id': id, 'i.next_batch': number })
    .whereIn('i.state', ['waiting', 'running'])
    .forUpdate()
    .first()
  return row ? toImport(row) : null
}

/** A batch is in: what became of it is counted, and it is gone. */
export async function finishBatch(
  tx: Db,
  {
    id,
    number,
    counts,
    last,
    at,
  }: { id: string; number: number; counts: Record<Outcome, number>; last: boolean; at: Date },
): Promise<void> {
  await tx('user_import_batches').where({ import_id: id, number }).delete()
  if (last) await tx('user_import_keys').where({ import_id: id }).delete()
  await tx('user_imports')
    .where({ id })
    .update({
      next_batch: number + 1,
      state: last ? 'done' : 'running',
      created: tx.raw('created + ?', [counts.created]),
      updated: tx.raw('updated + ?', [counts.updated]),
      skipped: tx.raw('skipped + ?', [counts.skipped]),
      failed: tx.raw('failed + ?', [counts.failed]),
      touched_at: at,
      finished_at: last ? at : null,
      tries: 0,
      failure_detail: null,
    })
}

const countFailure: Statement = {
  name: 'imports_count_failure_v1',
  text: `update user_imports set tries = tries + 1, failure_detail = $3, touched_at = $4,
           state = case when tries + 1 < $5 then state else 'failed' end,
           failure = case when tries + 1 < $5 then failure else '${gaveUp}' end,
           finished_at = case when tries + 1 < $5 then null else $4::timestamptz end
         where id = $1 and next_batch = $2 and state in ('waiting', 'running')
         returning state`,
}
/** Counts a batch that failed once more. True where that ended the import. */
export async function failTry(
  tx: Db,
  { id, number, detail, most, at }: { id: string; number: number; detail: string; most: number; at: Date },
): Promise<boolean> {
  const [row] = await run<{ state: Import['state'] }>(tx, countFailure, [id, number, detail, at, most])
  return row?.state === 'failed'
}

/** Opens an import again that was given up. False when it was not, or its rows are gone. */
export async function reopen(tx: Db, id: string, at: Date): Promise<boolean> {
  const changed = await tx('user_imports as i')
    .where({ 'i.id': id, 'i.state': 'failed', 'i.failure': gaveUp })
    .whereExists(
      tx('user_import_batches as b')
        .select('b.number')
        .whereRaw('b.import_id = i.id and b.number = i.next_batch'),
    )
    .update({ state: 'waiting', failure: null, finished_at: null, tries: 0, touched_at: at })
  return changed === 1
}

/** Forgets what was kept of imports that were given up before then: it may hold password hashes. */
export async function forgetGivenUp(db: Db, finishedBefore: Date): Promise<void> {
  const old = db('user_imports')
    .select('id')
    .where({ state: 'failed', failure: gaveUp })
    .where('finished_at', '<', finishedBefore)
  await db('user_import_batches').whereIn('import_id', old).delete()
  await db('user_import_keys').whereIn('import_id', old).delete()
}

/** Ends an import early; what of the file waits is gone. True for the one of any number of callers who did it. */
export async function fail(tx: Db, id: string, failure: string, at: Date): Promise<boolean> {
  const changed = await tx('user_imports')
    .where({ id })
    .whereIn('state', ['receiving', 'waiting', 'running'])
    .update({ state: 'failed', failure, touched_at: at, finished_at: at })
  if (changed === 0) return false
  await tx('user_import_batches').where({ import_id: id }).delete()
  await tx('user_import_keys').where({ import_id: id }).delete()
  return true
}

/** Imports that nobody has worked at since then. Served by index user_imports_open. */
export async function listAbandoned(
  db: Db,
  states: readonly Import['state'][],
  touchedBefore: Date,
): Promise<string[]> {
  const rows = await db('user_imports')
    .select<{ id: string }[]>('id')
    .whereIn('state', states)
    .where('touched_at', '<', touchedBefore)
    .orderBy('touched_at')
    .limit(20)
  return rows.map(({ id }) => id)
}

const takeKeys: Statement = {
  name: 'imports_take_keys_v1',
  text: `insert into user_import_keys (import_id, key, line)
         select $1, k.key, k.line from unnest($2::bytea[], $3::integer[]) as k (key, line)
         on conflict do nothing`,
}
const holdersOfKeys: Statement = {
  name: 'imports_holders_of_keys_v1',
  text: 'select k.key, k.line from user_import_keys k where k.import_id = $1 and k.key = any($2::bytea[])',
}
/** Takes what stands in these lines, where no line before has it; which line has each, by the key as hexadecimal text. */
export async function claimKeys(
  tx: Db,
  id: string,
  keys: readonly { key: Buffer; line: number }[],
): Promise<Map<string, number>> {
  const values = keys.map(({ key }) => key)
  await run(tx, takeKeys, [id, values, keys.map(({ line }) => line)])
  const rows = await run<{ key: Buffer; line: number }>(tx, holdersOfKeys, [id, values])
  return new Map(rows.map(({ key, line }) => [key.toString('hex'), line]))
}

const clientIds: Statement = {
  name: 'imports_client_ids_v1',
  text: 'select c.id from clients c where c.id = any($1)',
}
/** Of these subjects, those that are ids of clients. Reads over clients; served by the primary key. */
export async function findClientIds(db: Db, subjects: readonly string[]): Promise<string[]> {
  const rows = await run<{ id: string }>(db, clientIds, [subjects])
  return rows.map(({ id }) => id)
}

export interface ReportedRow {
  line: number
  outcome: Outcome
  userId: string | null
  problems: readonly FieldProblem[]
}

const report: Statement = {
  name: 'imports_report_v1',
  text: `insert into user_import_rows (import_id, line, outcome, user_id, problems)
         select $1, r.line, r.outcome, r."userId", r.problems
         from jsonb_to_recordset($2::jsonb) as r (line integer, outcome text, "userId" uuid, problems jsonb)`,
}
export async function insertReport(tx: Db, id: string, rows: readonly ReportedRow[]): Promise<void> {
  await run(tx, report, [id, JSON.stringify(rows)])
}

/** In the order of lines. Served by the primary key, or index user_import_rows_by_outcome. */
export async function listReport(
  db: Db,
  id: string,
  page: { outcome: Outcome | undefined; from: Position | null; rows: number },
): Promise<ReportedRow[]> {
  const query = db('user_import_rows as r')
    .select<{ line: number; outcome: Outcome; user_id: string | null; problems: FieldProblem[] }[]>(
      ...['r.line', 'r.outcome', 'r.user_id', 'r.problems'],
    )
    .where('r.import_id', id)
    .orderBy('r.line')
    .limit(page.rows)
  if (page.outcome) query.where('r.outcome', page.outcome)
  if (page.from) query.where('r.line', '>', Number(page.from.key))
  return (await query).map(({ user_id: userId, ...row }) => ({ ...row, userId }))
}

/** The oldest import that ended before, with its report, which may be long. */
export async function forget(db: Db, finishedBefore: Date): Promise<number> {
  const old = db('user_imports').select('id').where('finished_at', '<', finishedBefore).limit(1)
  return db('user_imports').whereIn('id', old).delete()
}
