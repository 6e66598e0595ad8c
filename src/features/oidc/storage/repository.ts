import type { AuditRecord } from '../../audit/index.ts'
import type { Db } from '../../../platform/app.ts'
import { run, runTogether } from '../../../platform/db/index.ts'
import { models, type ModelName } from './models.ts'
import type { Payload } from './payload.ts'

/** A row as it is written. */
export interface Put {
  model: ModelName
  key: Buffer
  payload: Payload
  grantKey: Buffer | null
  uid: string | null
  expiresAt: Date
  /** The revision it was loaded with: the write is lost when another request saved it since. Null: whatever is there. */
  revision: number | null
}

/** A mark that this was used, and, for a refresh token, what it was exchanged for. */
export interface Consume {
  model: ModelName
  key: Buffer
  successor?: { sealed: Buffer; key: Buffer }
}

export interface Found {
  key: Buffer
  payload: Payload
  consumedAt: Date | null
  revision: number
  /** Of a rotated refresh token whose next one has not been used yet. */
  sealedSuccessor: Buffer | null
  /** The grant it came from, where that was asked for and is still good. */
  grant: Payload | null
}

interface Row {
  id: Buffer
  payload: Payload
  consumed_at: Date | null
  revision: number
  successor: Buffer | null
  grant: Payload | null
}

const toFound = (row: Row): Found => ({
  key: row.id,
  payload: row.payload,
  consumedAt: row.consumed_at,
  revision: row.revision,
  sealedSuccessor: row.successor,
  grant: row.grant,
})

/**
 * `+ interval '0'` keeps the planner off the index on expires_at, which it prefers while the table is empty and then
 * keeps for the life of the prepared statement.
 */
const unexpired = "(p.expires_at + interval '0') >"

const selectById = {
  name: 'oidc_find_v5',
  text: `select q.n, found.*
         from jsonb_to_recordset($1::jsonb)
           as q (n integer, k integer, model smallint, key text, grant_id text, with_grant boolean, now timestamptz)
         cross join lateral (
           select p.id, p.payload, p.consumed_at, p.revision,
                  case when p.successor is not null
                    and exists (select 1 from oidc_payloads next
                                where next.model = p.model and next.id = p.successor_id and next.consumed_at is null)
                    then p.successor end as successor,
                  case when q.with_grant
                    and not exists (select 1 from client_sessions c
                                    where c.grant_id = p.payload ->> 'grantId' and c.ended_at is not null)
                    then (select g.payload from oidc_payloads g
                          where g.model = ${models.Grant.code} and g.id = p.grant_id
                            and g.expires_at + interval '0' > q.now) end as grant
           from oidc_payloads p
           where p.model = q.model and p.id = decode(q.key, 'hex') and ${unexpired} q.now
             and not exists (select 1 from sessions s where s.uid = p.uid and s.ended_at is not null offset 0)
             and not exists (select 1 from client_sessions c
                             where c.grant_id = q.grant_id and c.ended_at is not null)
           offset 0) found
         where q.k = 1`,
}

/** Of what comes from a grant, what is looked up only to issue something for it. */
const withGrant: ReadonlySet<ModelName> = new Set<ModelName>(['RefreshToken', 'AuthorizationCode'])

/**
 * Served by the primary key, three times for a rotated refresh token, and index client_sessions_by_grant. A browser session
 * that was ended is gone at once, whatever cookie still names it; so is a grant whose session at its client was ended. `grantId`
 * is the id of a Grant that is looked for. `offset 0` and subqueries in place of joins keep each a look into an index by its
 * whole key, also in a plan that was made when the tables were empty.
 */
export async function find(
  db: Db,
  model: ModelName,
  key: Buffer,
  now: Date,
  grantId: string | null = null,
): Promise<Found | null> {
  const [row] = await runTogether<Row>(db, selectById, {
    model: models[model].code,
    key: key.toString('hex'),
    grant_id: grantId,
    with_grant: withGrant.has(model),
    now,
  })
  return row ? toFound(row) : null
}

const selectByUid = {
  name: 'oidc_find_by_uid_v3',
  text: `select p.id, p.payload, p.consumed_at, p.revision, null as successor, null as grant
         from oidc_payloads p
         left join sessions s on s.uid = p.uid
         where p.uid = $1 and ${unexpired} $2 and s.ended_at is null`,
}

/** A session by the name other rows know it by. Served by index oidc_payloads_by_uid. */
export async function findByUid(db: Db, uid: string, now: Date): Promise<Found | null> {
  const [row] = await run<Row>(db, selectByUid, [uid, now])
  return row ? toFound(row) : null
}

/**
 * The one statement of a request: what it used up, what it issued and what it did, all or nothing. Postgres lets exactly
 * one of any number of concurrent requests mark a row, be it in one statement or in several; the others change nothing and are
 * told so. `conditions`: rows that are kept as they were loaded.
 */
const write = {
  name: 'oidc_write_v3',
  text: `
    with asked as materialized (
      select * from jsonb_to_recordset($1::jsonb)
        as a (n integer, k integer, now timestamptz, used jsonb, puts jsonb, audit jsonb, conditions integer)
      where a.k = 1
    ), used as (
      update oidc_payloads p
      set consumed_at = c.now, successor = decode(c.successor, 'hex'), successor_id = decode(c.successor_key, 'hex')
      from (select a.n, a.now, one.model, one.key, one.successor, one.successor_key from asked a
            cross join lateral jsonb_to_recordset(a.used)
              as one (k integer, model smallint, key text, successor text, successor_key text)
            where one.k = 1) c
      where p.model = c.model and p.id = decode(c.key, 'hex') and p.consumed_at is null and ${unexpired} c.now
      returning c.n
    ), kept as (
      update oidc_payloads p
      set payload = k.payload, account_id = k.payload ->> 'accountId', expires_at = k.expires_at, revision = p.revision + 1
      from (select a.n, one.model, one.key, one.payload, one.expires_at, one.revision from asked a
            cross join lateral jsonb_to_recordset(a.puts)
              as one (k integer, model smallint, key text, payload jsonb, expires_at timestamptz, revision integer)
            where one.k = 1) k
      where p.model = k.model and p.id = decode(k.key, 'hex') and p.revision = k.revision
      returning k.n
    ), won as (
      select a.n, (select count(*) from used where used.n = a.n) = jsonb_array_length(a.used) as all_used,
             (select count(*) from kept where kept.n = a.n) = a.conditions as all_kept
      from asked a
    ), written as (
      insert into oidc_payloads (model, id, payload, grant_id, uid, account_id, client_id, expires_at)
      select one.model, decode(one.key, 'hex'), one.payload, decode(one.grant_key, 'hex'), one.uid,
             one.payload ->> 'accountId', one.payload ->> 'clientId', one.expires_at
      from asked a
      join won w on w.n = a.n and w.all_used and w.all_kept
      cross join lateral jsonb_to_recordset(a.puts)
        as one (model smallint, key text, payload jsonb, grant_key text, uid text, expires_at timestamptz, revision integer)
      where one.revision is null
      on conflict (model, id) do update
        set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
            account_id = excluded.account_id, client_id = excluded.client_id, expires_at = excluded.expires_at
    )
    select w.n, w.all_used, w.all_kept,
           (select case when count(*) > 0 then audit_append(jsonb_agg(record order by a.n))::text end
            from asked a
            join won on won.n = a.n and won.all_used and won.all_kept
            cross join lateral jsonb_array_elements(a.audit) record) as appended
    from won w`,
}

/** `used`: something was used up before. `stale`: something was saved by another request since it was loaded. */
export type Lost = 'used' | 'stale'

/**
 * Writes all of it and answers null, or says what was lost. With more than one condition the caller must hold a
 * transaction and roll it back: each condition is met or not by itself.
 */
export async function commit(
  db: Db,
  what: { used: readonly Consume[]; puts: readonly Put[]; audit: readonly AuditRecord[] },
  now: Date,
): Promise<Lost | null> {
  const [row] = await runTogether<{ all_used: boolean; all_kept: boolean }>(db, write, {
    now,
    used: what.used.map(usedRow),
    puts: what.puts.map(putRow),
    audit: what.audit,
    conditions: what.puts.filter(({ revision }) => revision !== null).length,
  })
  if (!row?.all_used) return 'used'
  return row.all_kept ? null : 'stale'
}

/** `k` as in `SharedStatement`: what stands in an item is a list as well. */
const usedRow = ({ model, key, successor }: Consume) => ({
  k: 1,
  model: models[model].code,
  key: key.toString('hex'),
  successor: successor?.sealed.toString('hex') ?? null,
  successor_key: successor?.key.toString('hex') ?? null,
})

const putRow = ({ model, key, payload, grantKey, uid, expiresAt, revision }: Put) => ({
  k: 1,
  model: models[model].code,
  key: key.toString('hex'),
  payload,
  grant_key: grantKey?.toString('hex') ?? null,
  uid,
  expires_at: expiresAt,
  revision,
})

const insertOnce = {
  name: 'oidc_insert_once_v1',
  text: `insert into oidc_payloads as p (model, id, payload, expires_at) values ($1, $2, '{}', $3)
         on conflict (model, id) do update set expires_at = excluded.expires_at where p.expires_at <= $4
         returning 1`,
}

/** True for the first of any number of concurrent callers, until `expiresAt`. */
export async function markOnce(
  db: Db,
  mark: { model: ModelName; key: Buffer; expiresAt: Date },
  now: Date,
): Promise<boolean> {
  const rows = await run(db, insertOnce, [models[mark.model].code, mark.key, mark.expiresAt, now])
  return rows.length === 1
}

const putOff = {
  name: 'oidc_prolong_v1',
  text: `update oidc_payloads p
         set payload = jsonb_set(p.payload, '{exp}', to_jsonb($3::bigint)), expires_at = to_timestamp($3)
         where p.model = $1 and p.id = $2 and p.consumed_at is null and ${unexpired} $4
         returning 1`,
}

/** Gives an unused row another end, in seconds since 1970. False when it is not there any more. Served by the primary key. */
export async function prolong(
  db: Db,
  row: { model: ModelName; key: Buffer; exp: number },
  now: Date,
): Promise<boolean> {
  const rows = await run(db, putOff, [models[row.model].code, row.key, row.exp, now])
  return rows.length === 1
}

export async function remove(db: Db, model: ModelName, key: Buffer): Promise<void> {
  await db('oidc_payloads').where({ model: models[model].code, id: key }).delete()
}

const useUpRow = {
  name: 'oidc_use_up_v1',
  text: `insert into oidc_payloads as p (model, id, payload, expires_at, consumed_at) values ($1, $2, '{}', $3, $4)
         on conflict (model, id) do update set payload = '{}', expires_at = excluded.expires_at, consumed_at = excluded.consumed_at
           where p.consumed_at is null
         returning 1`,
}

/**
 * Marks a row that may live in the cache as used up, whether or not a copy is here. True for the first of any number of
 * concurrent callers, until `expiresAt`.
 */
export async function useUp(
  db: Db,
  what: { model: ModelName; key: Buffer; expiresAt: Date },
  now: Date,
): Promise<boolean> {
  const rows = await run(db, useUpRow, [models[what.model].code, what.key, what.expiresAt, now])
  return rows.length === 1
}

/** Removes a row as it was loaded. False when another request saved or removed it since. */
export async function removeRevision(
  db: Db,
  row: { model: ModelName; key: Buffer; revision: number },
): Promise<boolean> {
  const { model, key, revision } = row
  return (await db('oidc_payloads').where({ model: models[model].code, id: key, revision }).delete()) === 1
}

/** Deletes a grant and all that came from it. Served by the primary key and index oidc_payloads_by_grant. */
export async function removeGrant(db: Db, grantKey: Buffer): Promise<void> {
  await db('oidc_payloads').where({ grant_id: grantKey }).delete()
  await remove(db, 'Grant', grantKey)
}

/** Deletes up to `limit` expired rows; the number deleted. Expiry is enforced when read, so nobody waits for this. */
export async function sweep(db: Db, now: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from oidc_payloads where (model, id) in
       (select p.model, p.id from oidc_payloads p where p.expires_at <= ?
        order by p.expires_at limit ? for update skip locked)`,
    [now, limit],
  )
  return result.rowCount
}

/** Forgets sealed successors of tokens rotated before `until`; the number forgotten. Served by oidc_payloads_sealed. */
export async function forgetSuccessors(db: Db, until: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `update oidc_payloads set successor = null where (model, id) in
       (select p.model, p.id from oidc_payloads p where p.successor is not null and p.consumed_at <= ?
        order by p.consumed_at limit ? for update skip locked)`,
    [until, limit],
  )
  return result.rowCount
}

const removeAccounts = {
  name: 'oidc_remove_accounts_v1',
  text: `delete from oidc_payloads where account_id = any($1)`,
}
/** All that was ever given to these subjects; for erasure. Served by index oidc_payloads_by_account. */
export async function removeOfSubjects(tx: Db, subjects: readonly string[]): Promise<void> {
  await run(tx, removeAccounts, [subjects])
}
