import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'
import { type AuditClass, auditClasses } from '../actions.ts'
import type { PersonalFields } from '../persons/personal-fields.ts'
import { recordColumns, type StoredRecord, type StoredRow, toStored } from '../stored-record.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Link, Place } from './link.ts'

/** Whoever changes a chain holds this; writers of records never do. */
const lockKey = 4_021_960_020

/**
 * False when another process is at the chains; otherwise they are ours until the transaction ends. Its statements are planned
 * once per connection: for the length of each array anew, that would cost more than what they do, four times a second.
 */
export async function tryLock(tx: Db): Promise<boolean> {
  const [row] = await run<{ locked: boolean }>(tx, tryLockStatement, [lockKey])
  return row?.locked === true
}

const tryLockStatement = {
  name: 'audit_try_lock_v2',
  text: `select pg_try_advisory_xact_lock($1::bigint) as locked, set_config('plan_cache_mode', 'force_generic_plan', true)`,
}

/** Waits for the chains. */
export async function lock(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
}

const anyWaiting = {
  name: 'audit_any_waiting_v1',
  text: 'select exists (select 1 from audit_inbox) as waiting',
}

export async function isAnyWaiting(db: Db): Promise<boolean> {
  const [row] = await run<{ waiting: boolean }>(db, anyWaiting, [])
  return row?.waiting === true
}

/** A record that is not chained yet, with what is to be sealed. */
export interface Waiting {
  record: StoredRecord
  recordedAt: Date
  person: string | null
  personal: PersonalFields | null
}

type WaitingRow = StoredRow & Pick<Waiting, 'person' | 'personal'>

/**
 * The record that `i` names by its whole key. Lateral, and with a limit, so that it is always looked up in its own
 * partition: the planner would rather hash every record there is.
 */
const recordOf = (i: string): string => `(
    select ${recordColumns.join(', ')} from audit_records r
    where r.class = ${i}.class and r.recorded_at = ${i}.recorded_at and r.id = ${i}.record_id limit 1)`

/** Whose key a waiting record needs, as `holderOf` says. */
const waitingHolder = `case when w.person is null then 'nobody:' || to_char(w.recorded_at at time zone 'UTC', 'YYYY-MM')
  else 'person:' || w.person end`

/**
 * Of a row whose record is not there, or has a link, nothing is chained: whoever may write the inbox could otherwise seal
 * other fields with a record. Such a row stays, does not count towards the limit, and the verifier counts it. A link is
 * not from before its record, so that only the months since then are looked through. Served by audit_chain_by_record: were
 * the class asked for, a plan made for an empty month would read all of a class's links for each.
 */
const selectWaiting = {
  name: 'audit_waiting_v3',
  text: `select ${recordColumns.join(', ')}, w.person, w.personal
         from audit_inbox w
         cross join lateral ${recordOf('w')} r
         left join lateral (
           select true as chained from audit_chain c where c.record_id = w.record_id
             and c.chained_at >= w.recorded_at - interval '1 day' limit 1) l on true
         where l.chained is null and (w.personal is null or ${waitingHolder} <> all($2::text[]))
         order by w.record_id limit $1`,
}

/** The next records in the order of the chain, but for those that need the key of one of these holders. */
export async function listWaiting(db: Db, limit: number, except: readonly string[]): Promise<Waiting[]> {
  const rows = await run<WaitingRow>(db, selectWaiting, [limit, except])
  return rows.map((row) => ({
    record: toStored(row),
    recordedAt: row.recorded_at,
    person: row.person,
    personal: row.personal,
  }))
}

const deleteWaiting = {
  name: 'audit_taken_v1',
  text: 'delete from audit_inbox i where i.record_id = any($1::uuid[])',
}

export async function removeWaiting(tx: Db, recordIds: readonly string[]): Promise<void> {
  await run(tx, deleteWaiting, [recordIds])
}

const insertLinks = {
  name: 'audit_link_v1',
  text: `insert into audit_chain
           (class, sequence, chained_at, record_id, recorded_at, holder, sealed, record_hash, hash)
         select l.class, l.sequence, l.chained_at, l.record_id, l.recorded_at, l.holder, decode(l.sealed, 'hex'),
           decode(l.record_hash, 'hex'), decode(l.hash, 'hex')
         from jsonb_to_recordset($1::jsonb) as l (class text, sequence bigint, chained_at timestamptz, record_id uuid,
           recorded_at timestamptz, holder text, sealed text, record_hash text, hash text)`,
}

export async function append(tx: Db, links: readonly Link[]): Promise<void> {
  const rows = links.map((link) => ({
    class: link.class,
    sequence: link.sequence,
    chained_at: link.chainedAt,
    record_id: link.recordId,
    recorded_at: link.recordedAt,
    holder: link.holder,
    sealed: link.sealed?.toString('hex') ?? null,
    record_hash: link.recordHash.toString('hex'),
    hash: link.hash.toString('hex'),
  }))
  await run(tx, insertLinks, [JSON.stringify(rows)])
}

/** Where a chain ends, and when it was last signed. */
export interface Head extends Place {
  class: AuditClass
  chainedAt: Date
  signed: { sequence: number; at: Date } | null
}

interface HeadRow {
  class: AuditClass
  sequence: string
  hash: Buffer
  chained_at: Date
  signed_sequence: string | null
  signed_at: Date | null
}

const selectHeads = {
  name: 'audit_heads_v1',
  text: `select k.class, coalesce(h.sequence, s.sequence) as sequence, coalesce(h.hash, s.hash) as hash,
                coalesce(h.chained_at, s.signed_at) as chained_at, s.sequence as signed_sequence, s.signed_at
         from unnest($1::text[]) k (class)
         left join lateral (select c.sequence, c.hash, c.chained_at from audit_chain c where c.class = k.class
                            order by c.chained_at desc, c.sequence desc limit 1) h on true
         left join lateral (select p.sequence, p.hash, p.signed_at from audit_checkpoints p where p.class = k.class
                            order by p.sequence desc, p.signed_at desc limit 1) s on true
         where h.sequence is not null or s.sequence is not null`,
}

/**
 * The head of every class that has one. Of a chain that retention has emptied the last checkpoint tells. Served by the
 * primary keys.
 */
export async function heads(db: Db): Promise<Head[]> {
  const rows = await run<HeadRow>(db, selectHeads, [auditClasses])
  return rows.map((row) => ({
    class: row.class,
    sequence: Number(row.sequence),
    hash: row.hash,
    chainedAt: row.chained_at,
    signed: row.signed_at && { sequence: Number(row.signed_sequence), at: row.signed_at },
  }))
}

export async function insertCheckpoints(tx: Db, checkpoints: readonly Checkpoint[]): Promise<void> {
  await tx('audit_checkpoints')
    .insert(
      checkpoints.map((one) => ({
        class: one.class,
        sequence: one.sequence,
        signed_at: one.signedAt,
        kind: one.kind,
        hash: one.hash,
        dropped_before: one.droppedBefore,
        key_id: one.keyId,
        signature: one.signature,
      })),
    )
    .onConflict(['class', 'sequence', 'signed_at'])
    .ignore()
}

interface CheckpointRow {
  class: AuditClass
  sequence: string
  signed_at: Date
  kind: Checkpoint['kind']
  hash: Buffer
  dropped_before: Date | null
  key_id: string
  signature: Buffer
}

const checkpointColumns = [
  'p.class',
  'p.sequence',
  'p.signed_at',
  'p.kind',
  'p.hash',
  'p.dropped_before',
  'p.key_id',
  'p.signature',
]

const toCheckpoint = (row: CheckpointRow): Checkpoint => ({
  class: row.class,
  sequence: Number(row.sequence),
  signedAt: row.signed_at,
  kind: row.kind,
  hash: row.hash,
  droppedBefore: row.dropped_before,
  keyId: row.key_id,
  signature: row.signature,
})

/** The cuts of a class, the newest first: one for every time that retention dropped something of it. */
export async function listCuts(db: Db, of: AuditClass): Promise<Checkpoint[]> {
  const rows = await db('audit_checkpoints as p')
    .select<CheckpointRow[]>(checkpointColumns)
    .where({ 'p.class': of, 'p.kind': 'cut' })
    .orderBy([
      { column: 'p.dropped_before', order: 'desc' },
      { column: 'p.signed_at', order: 'desc' },
    ])
  return rows.map(toCheckpoint)
}

/** The heads signed at the last place of a class that was, the newest first. Served by the primary key. */
export async function newestHeads(db: Db, of: AuditClass): Promise<Checkpoint[]> {
  const rows = await db('audit_checkpoints as p')
    .select<CheckpointRow[]>(checkpointColumns)
    .where({ 'p.class': of, 'p.kind': 'head' })
    .where(
      'p.sequence',
      db('audit_checkpoints as n').where({ 'n.class': of, 'n.kind': 'head' }).max('n.sequence'),
    )
    .orderBy('p.signed_at', 'desc')
  return rows.map(toCheckpoint)
}

/** The checkpoints of a stretch of a chain, `after` excluded and `through` included. Served by the primary key. */
export async function listCheckpoints(
  db: Db,
  of: AuditClass,
  { after, through }: { after: number; through: number },
): Promise<Checkpoint[]> {
  const rows = await db('audit_checkpoints as p')
    .select<CheckpointRow[]>(checkpointColumns)
    .where('p.class', of)
    .where('p.sequence', '>', after)
    .where('p.sequence', '<=', through)
    .orderBy(['p.sequence', 'p.signed_at'])
  return rows.map(toCheckpoint)
}

/** The first checkpoint beyond the end of its chain, or null: the chain was longer once. */
export async function findBeyondEnd(db: Db, of: AuditClass): Promise<Checkpoint | null> {
  const [row] = await db('audit_checkpoints as p')
    .select<CheckpointRow[]>(checkpointColumns)
    .where('p.class', of)
    .whereRaw(
      `p.sequence > coalesce((select c.sequence from audit_chain c where c.class = p.class
         order by c.chained_at desc, c.sequence desc limit 1), 0)`,
    )
    .where('p.kind', 'head')
    .orderBy(['p.sequence', 'p.signed_at'])
    .limit(1)
  return row ? toCheckpoint(row) : null
}

/** A link with its record, which is null when it is not there. */
export interface Chained {
  link: Link
  record: StoredRecord | null
}

interface ChainRow extends Omit<StoredRow, 'id' | 'recorded_at' | 'class'> {
  link_class: AuditClass
  sequence: string
  chained_at: Date
  record_id: string
  link_recorded_at: Date
  holder: string | null
  sealed: Buffer | null
  record_hash: Buffer
  hash: Buffer
  id: string | null
  recorded_at: Date
  class: AuditClass
}

const selectChain = {
  name: 'audit_chain_v1',
  text: `select c.class as link_class, c.sequence, c.chained_at, c.record_id, c.recorded_at as link_recorded_at,
                c.holder, c.sealed, c.record_hash, c.hash, ${recordColumns.join(', ')}
         from (select l.class, l.sequence, l.chained_at, l.record_id, l.recorded_at, l.holder, l.sealed, l.record_hash,
                      l.hash
               from audit_chain l
               where l.class = $1 and (l.chained_at, l.sequence) > ($2, $3) and l.sequence > $4
               order by l.chained_at, l.sequence limit $5) c
         left join lateral ${recordOf('c')} r on true
         order by c.chained_at, c.sequence`,
}

export interface ChainPosition {
  chainedAt: Date
  sequence: number
}

/**
 * The next links of a chain in its order, with their records; only those whose sequence is greater than `above`. Served by
 * the primary keys of both tables.
 */
export async function listChain(
  db: Db,
  of: AuditClass,
  { after, above, limit }: { after: ChainPosition | null; above: number; limit: number },
): Promise<Chained[]> {
  const from = after ?? { chainedAt: new Date(0), sequence: 0 }
  const rows = await run<ChainRow>(db, selectChain, [of, from.chainedAt, from.sequence, above, limit])
  return rows.map((row) => ({
    link: toLink(row),
    record: row.id === null ? null : toStored({ ...row, id: row.id }),
  }))
}

const toLink = (row: ChainRow): Link => ({
  class: row.link_class,
  sequence: Number(row.sequence),
  chainedAt: row.chained_at,
  recordId: row.record_id,
  recordedAt: row.link_recorded_at,
  holder: row.holder,
  sealed: row.sealed,
  recordHash: row.record_hash,
  hash: row.hash,
})
