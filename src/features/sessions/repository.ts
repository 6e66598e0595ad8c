import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { StillAlive } from './session-life.ts'

export interface NamedSession {
  uid: string
  userId: string
  endedAt: Date | null
  /** The device it began on; null where none is known. */
  deviceId: string | null
}

interface SessionWrite {
  uid: string
  userId: string
  authenticatedAt: Date
  acr: string | null
  amr: readonly string[]
  ip: string
  userAgent: string
  deviceId: string | null
  connection: string | null
  at: Date
}

/** A session at one of its clients, as it is written. */
interface ClientSessionWrite {
  sid: string
  clientId: string
  grantId: string
  offline: boolean
}

const upsertSession = {
  name: 'sessions_upsert_v6',
  text: `with session as (
         insert into sessions (uid, user_id, authenticated_at, acr, amr, ip, user_agent, started_at, last_used_at, device_id,
           connection)
         select $1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10
         where not exists (select 1 from session_epochs e where e.user_id = $2 and e.ended_before >= $3)
            or exists (select 1 from sessions s where s.uid = $1 and s.user_id = $2 and s.ended_at is null)
         on conflict (uid) do update set authenticated_at = excluded.authenticated_at, acr = excluded.acr, amr = excluded.amr,
           last_used_at = excluded.last_used_at, device_id = coalesce(excluded.device_id, sessions.device_id),
           connection = coalesce(excluded.connection, sessions.connection)
           where sessions.user_id = excluded.user_id and sessions.ended_at is null
         returning xmax = 0 as inserted
       ), at_client as (
         insert into client_sessions (sid, session_uid, user_id, client_id, grant_id, offline, started_at)
         select $11, $1, $2, $12, $13, $14::boolean, $8 from session
         on conflict (sid) do update
           set grant_id = excluded.grant_id, offline = client_sessions.offline or excluded.offline
       ), noted as (
         insert into last_sign_ins as l (user_id, signed_in_at) select $2, $8 from session where inserted
         on conflict (user_id) do update set signed_in_at = excluded.signed_in_at
           where l.signed_in_at < excluded.signed_in_at
       )
       select inserted, array(
         select s.uid from sessions s where inserted and s.user_id = $2 and s.ended_at is null
         order by s.started_at desc, s.uid desc offset $15::integer - 1 limit 50) as beyond
       from session`,
}

/** What became of a session that was written: `beyond` are the oldest live ones that the person has too many of. */
type Written = { state: 'new'; beyond: string[] } | { state: 'known' }

/**
 * Writes a session and that it reached a client, or brings both up to date. Null when it, or every sign-in of its time, was ended
 * meanwhile: one that still stands here was spared then. A person's session never becomes another's. A new one is the person's
 * last sign-in, and one of `most` live ones (index sessions_live_by_user).
 */
export async function upsert(
  db: Db,
  session: SessionWrite,
  client: ClientSessionWrite,
  most: number,
): Promise<Written | null> {
  const { uid, userId, authenticatedAt, acr, amr, ip, userAgent, deviceId, connection, at } = session
  const own = [uid, userId, authenticatedAt, acr, amr, ip, userAgent, at, deviceId, connection]
  const values = [...own, client.sid, client.clientId, client.grantId, client.offline, most]
  const [row] = await run<{ inserted: boolean; beyond: string[] }>(db, upsertSession, values)
  if (!row) return null
  return row.inserted ? { state: 'new', beyond: row.beyond } : { state: 'known' }
}

const lockShared = {
  name: 'sessions_lock_user_shared_v1',
  text: `select pg_advisory_xact_lock_shared(hashtextextended('sessions:' || $1, 0))`,
}

/** Makes those who end all sessions of a person and those who begin one take turns, until the transaction ends. */
export async function lockUser(tx: Db, userId: string, how: 'shared' | 'exclusive'): Promise<void> {
  if (how === 'shared') await run(tx, lockShared, [userId])
  else await tx.raw(`select pg_advisory_xact_lock(hashtextextended('sessions:' || ?, 0))`, [userId])
}

/** From now on no sign-in until `at` counts any more. */
export async function raiseEpoch(tx: Db, userId: string, at: Date): Promise<void> {
  await tx('session_epochs')
    .insert({ user_id: userId, ended_before: at })
    .onConflict('user_id')
    .merge({ ended_before: tx.raw('greatest(session_epochs.ended_before, excluded.ended_before)') })
}

/** Until when every sign-in of a person is void; null when none was ended that way. Served by the primary key. */
export async function findEpoch(db: Db, userId: string): Promise<Date | null> {
  const row = await db('session_epochs')
    .select<{ ended_before: Date }[]>('ended_before')
    .where({ user_id: userId })
    .first()
  return row?.ended_before ?? null
}

/**
 * Holds a sign-in elsewhere until the transaction ends, so that its provider cannot say meanwhile that it is over. False when
 * it was. Served by the primary key of upstream_sign_ins, of which it selects only.
 */
export async function holdConnection(tx: Db, connection: string): Promise<boolean> {
  const held = await tx('upstream_sign_ins').select('id').where({ id: connection }).forKeyShare()
  return held.length === 1
}

const selectOfConnections = {
  name: 'sessions_of_connections_v1',
  text: `select s.uid from sessions s where s.connection = any($1) and s.ended_at is null order by s.uid`,
}

/** Live sessions that began by one of these sign-ins elsewhere. Served by index sessions_by_connection. */
export async function listOfConnections(db: Db, connections: readonly string[]): Promise<string[]> {
  const rows = await run<{ uid: string }>(db, selectOfConnections, [connections])
  return rows.map(({ uid }) => uid)
}

const selectOnDevice = {
  name: 'sessions_on_device_v1',
  text: `select s.uid from sessions s where s.device_id = $2 and s.user_id = $1
           and (s.ended_at is null
             or exists (select 1 from client_sessions c where c.session_uid = s.uid and c.ended_at is null))
         order by s.uid`,
}

/** Sessions of a person on a device of which something is left. Served by indexes sessions_by_device and client_sessions_by_session. */
export async function listOnDevice(db: Db, userId: string, deviceId: string): Promise<string[]> {
  const rows = await run<{ uid: string }>(db, selectOnDevice, [userId, deviceId])
  return rows.map(({ uid }) => uid)
}

interface Gift {
  from: string
  to: string
}

/** Makes all sessions of one person another's; their names. Served by index sessions_by_user. */
export async function giveAll(tx: Db, { from, to }: Gift): Promise<string[]> {
  const rows = await tx('sessions')
    .where({ user_id: from })
    .update({ user_id: to })
    .returning<{ uid: string }[]>('uid')
  return rows.map(({ uid }) => uid)
}

const giveAtClients = {
  name: 'sessions_give_at_clients_v1',
  text: `update client_sessions c set user_id = $2 from sessions s
         where s.user_id = $2 and c.session_uid = s.uid and c.user_id = $1 returning c.sid, c.ended_at`,
}

/** After `giveAll`: the same at their clients; the names of live ones. Served by client_sessions_by_session. */
export async function giveAllAtClients(tx: Db, { from, to }: Gift): Promise<string[]> {
  const rows = await run<{ sid: string; ended_at: Date | null }>(tx, giveAtClients, [from, to])
  return rows.flatMap(({ sid, ended_at: endedAt }) => (endedAt === null ? [sid] : []))
}

/** Makes these sessions, where they are the first person's, the other's, at all their clients. */
export async function give(tx: Db, { from, to, uids }: Gift & { uids: readonly string[] }): Promise<void> {
  await run(tx, giveNamed, [from, to, uids])
  await run(tx, giveNamedAtClients, [from, to, uids])
}

const giveNamed = {
  name: 'sessions_give_v1',
  text: 'update sessions set user_id = $2 where user_id = $1 and uid = any($3)',
}
const giveNamedAtClients = {
  name: 'sessions_give_named_at_clients_v1',
  text: 'update client_sessions set user_id = $2 where user_id = $1 and session_uid = any($3)',
}

const endUnnamed = {
  name: 'sessions_end_clients_but_v1',
  text: `update client_sessions set ended_at = $3
         where session_uid = any($1) and not (sid = any($2)) and ended_at is null returning sid, user_id`,
}

/** Ends what these sessions have at clients, but what is named. Served by index client_sessions_by_session. */
export async function endClientsBut(
  tx: Db,
  { uids, but, at }: { uids: readonly string[]; but: readonly string[]; at: Date },
): Promise<EndedAtClient[]> {
  return toEnded(await run<{ sid: string; user_id: string }>(tx, endUnnamed, [uids, but, at]))
}

/** Ends a live session; whose it was, or null when it had ended. One of any number of concurrent callers gets the id. */
export async function end(
  db: Db,
  session: { uid: string; at: Date; reason: string },
): Promise<string | null> {
  const [row] = await db('sessions')
    .where({ uid: session.uid })
    .whereNull('ended_at')
    .update({ ended_at: session.at, end_reason: session.reason })
    .returning<{ user_id: string }[]>('user_id')
  return row?.user_id ?? null
}

/** What ended of a session at a client. */
export interface EndedAtClient {
  sid: string
  userId: string
}

const toEnded = (rows: { sid: string; user_id: string }[]): EndedAtClient[] =>
  rows.map(({ sid, user_id: userId }) => ({ sid, userId }))

/** Ends, where it has not ended yet, what `which` names. Returns what ended. */
async function endWhere(
  db: Db,
  which: Partial<Record<'sid' | 'session_uid' | 'grant_id', string>> & { offline?: boolean },
  at: Date,
): Promise<EndedAtClient[]> {
  const rows = await db('client_sessions')
    .where(which)
    .whereNull('ended_at')
    .update({ ended_at: at })
    .returning<{ sid: string; user_id: string }[]>(['sid', 'user_id'])
  return toEnded(rows)
}

/** Ends the session at its clients. Served by index client_sessions_by_session. */
export const endClients = (
  db: Db,
  { sessionUid, at, spareOffline }: { sessionUid: string; at: Date; spareOffline: boolean },
): Promise<EndedAtClient[]> =>
  endWhere(db, { session_uid: sessionUid, ...(spareOffline && { offline: false }) }, at)

/** Served by index client_sessions_by_grant. */
export const endClientsOfGrant = (db: Db, which: { grantId: string; at: Date }): Promise<EndedAtClient[]> =>
  endWhere(db, { grant_id: which.grantId }, which.at)

/** Ends one session at one client. Served by the primary key. */
export const endClient = (db: Db, which: { sid: string; at: Date }): Promise<EndedAtClient[]> =>
  endWhere(db, { sid: which.sid }, which.at)

/** Served by index client_sessions_live_by_user. `but` names a session that keeps its clients. */
export async function endClientsOfUser(
  db: Db,
  which: { userId: string; at: Date; but: string | null },
): Promise<EndedAtClient[]> {
  const query = db('client_sessions')
    .where({ user_id: which.userId })
    .whereNull('ended_at')
    .update({ ended_at: which.at })
  if (which.but !== null) void query.whereNot({ session_uid: which.but })
  return toEnded(await query.returning<{ sid: string; user_id: string }[]>(['sid', 'user_id']))
}

const selectByName = {
  name: 'sessions_by_name_v2',
  text: `select s.uid, s.user_id, s.ended_at, s.device_id from sessions s
         where s.uid = coalesce((select c.session_uid from client_sessions c where c.sid = $1), $1)`,
}

interface NameRow {
  uid: string
  user_id: string
  ended_at: Date | null
  device_id: string | null
}

/** A session by its own name or by the one it has at a client. Served by the primary keys of both tables. */
export async function findByName(db: Db, name: string): Promise<NamedSession | null> {
  const [row] = await run<NameRow>(db, selectByName, [name])
  if (!row) return null
  return { uid: row.uid, userId: row.user_id, endedAt: row.ended_at, deviceId: row.device_id }
}

/** What somebody proved in a session when they last did. */
export interface Proof {
  uid: string
  userId: string
  authenticatedAt: Date
  acr: string | null
  amr: string[]
  deviceId: string | null
  connection: string | null
}

interface ProofRow {
  uid: string
  user_id: string
  authenticated_at: Date
  acr: string | null
  amr: string[]
  device_id: string | null
  connection: string | null
}

const selectProof = {
  name: 'sessions_proof_v1',
  text: `select s.uid, s.user_id, s.authenticated_at, s.acr, s.amr, s.device_id, s.connection from sessions s
         where s.uid = coalesce((select c.session_uid from client_sessions c where c.sid = $1), $1) and s.ended_at is null`,
}

/** Of a live session, by its own name or by the one it has at a client. Served by the primary keys of both tables. */
export async function findProof(db: Db, name: string): Promise<Proof | null> {
  const [row] = await run<ProofRow>(db, selectProof, [name])
  if (!row) return null
  const { uid, user_id: userId, authenticated_at: authenticatedAt, acr, amr } = row
  return { uid, userId, authenticatedAt, acr, amr, deviceId: row.device_id, connection: row.connection }
}

const endLive = {
  name: 'sessions_end_of_user_v1',
  text: `update sessions set ended_at = $2, end_reason = $3
         where user_id = $1 and ended_at is null and uid is distinct from $4 returning uid`,
}

/** Ends the live sessions of a person but the one named; their names. Served by index sessions_live_by_user. */
export async function endOfUser(
  tx: Db,
  which: { userId: string; at: Date; reason: string; but: string | null },
): Promise<string[]> {
  const { userId, at, reason, but } = which
  const rows = await run<{ uid: string }>(tx, endLive, [userId, at, reason, but])
  return rows.map(({ uid }) => uid)
}

/** Ends all that a client holds of a person. Served by index client_sessions_live_by_user. */
export async function endClientOfUser(
  db: Db,
  which: { userId: string; clientId: string; at: Date },
): Promise<EndedAtClient[]> {
  const rows = await db('client_sessions')
    .where({ user_id: which.userId, client_id: which.clientId })
    .whereNull('ended_at')
    .update({ ended_at: which.at })
    .returning<{ sid: string; user_id: string }[]>(['sid', 'user_id'])
  return toEnded(rows)
}

/** Where a person was ever signed in; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('client_sessions').where({ user_id: userId }).delete()
  const own = tx('sessions').select('uid').where({ user_id: userId })
  await tx('session_copies').whereIn('session_uid', own).delete()
  await tx('sessions').where({ user_id: userId }).delete()
  await tx('last_sign_ins').where({ user_id: userId }).delete()
}

/** One use of a session; without an address where the one that asked is not the person's own. */
export interface SessionUse {
  at: Date
  ip: string | null
}

/** A session that was used at another address than before. */
export interface AddressChange {
  uid: string
  userId: string
  from: string
  to: string
}

const noteSessionUses = {
  name: 'sessions_note_uses_v2',
  text: `with uses as (select * from unnest($1::text[], $2::timestamptz[], $3::text[]) as u(uid, at, ip)),
         held as (
           select s.uid, s.user_id, u.at, u.ip, coalesce(s.last_ip, s.ip) as before from sessions s join uses u on u.uid = s.uid
           where coalesce(s.last_used_at, s.started_at) < u.at - interval '1 minute' or u.ip <> coalesce(s.last_ip, s.ip)
           order by s.uid for update of s skip locked)
         update sessions s set last_used_at = held.at, last_ip = coalesce(held.ip, s.last_ip) from held where s.uid = held.uid
         returning held.uid, held.user_id, held.before, held.ip`,
}

/**
 * Writes down when sessions were used, to the minute, and where; those used at another address than before. One that somebody
 * else is writing is left to them.
 */
export async function noteUses(db: Db, uses: ReadonlyMap<string, SessionUse>): Promise<AddressChange[]> {
  const all = [...uses.values()]
  const values = [[...uses.keys()], all.map(({ at }) => at), all.map(({ ip }) => ip)]
  const rows = await run<{ uid: string; user_id: string; before: string; ip: string | null }>(
    db,
    noteSessionUses,
    values,
  )
  return rows.flatMap(({ uid, user_id: userId, before: from, ip: to }) =>
    to === null || to === from ? [] : [{ uid, userId, from, to }],
  )
}

const markMove = {
  name: 'sessions_mark_move_v1',
  text: `update sessions set moved_at = $2::timestamptz
         where uid = $1 and (moved_at is null or moved_at <= $2::timestamptz - interval '1 hour') returning uid`,
}

/** True when no change of network was written down for a session in the last hour; then this one is. */
export async function noteMove(tx: Db, uid: string, at: Date): Promise<boolean> {
  return (await run(tx, markMove, [uid, at])).length === 1
}

const upsertCopy = {
  name: 'sessions_notice_copy_v1',
  text: `insert into session_copies as c (session_uid, noticed_at, told_at) values ($1, $2, $3)
         on conflict (session_uid) do update
           set noticed_at = excluded.noticed_at, told_at = coalesce(c.told_at, excluded.told_at)
           where c.noticed_at <= excluded.noticed_at - interval '1 minute' or (c.told_at is null and excluded.told_at is not null)
         returning c.told_at is not distinct from $3 and $3 is not null as told`,
}

/**
 * Notes that a session was presented by a device that is not its own. Null when that was noted less than a minute ago; `told`
 * for the one caller of all who is to tell the owner.
 */
export async function noticeCopy(
  tx: Db,
  { uid, at, tell }: { uid: string; at: Date; tell: boolean },
): Promise<{ told: boolean } | null> {
  const [row] = await run<{ told: boolean }>(tx, upsertCopy, [uid, at, tell ? at : null])
  return row ?? null
}

/** Deletes up to `limit` notes of copies; the number deleted. Served by index session_copies_by_time. */
export async function sweepCopies(db: Db, before: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from session_copies where session_uid in
       (select c.session_uid from session_copies c where c.noticed_at < ? order by c.noticed_at limit ? for update skip locked)`,
    [before, limit],
  )
  return result.rowCount
}

export interface SessionRecord {
  id: string
  startedAt: Date
  authenticatedAt: Date
  lastUsedAt: Date
  ip: string
  lastIp: string
  userAgent: string
  deviceId: string | null
  signedOut: boolean
  clients: { clientId: string; sid: string; offline: boolean; startedAt: Date }[]
}

interface ListRow {
  uid: string
  started_at: Date
  authenticated_at: Date
  last_used_at: Date
  ip: string
  last_ip: string
  user_agent: string
  device_id: string | null
  ended_at: Date | null
  clients: { clientId: string; sid: string; offline: boolean; startedAt: string }[]
}

const selectOfUser = {
  name: 'sessions_list_of_user_v3',
  text: `select s.uid, s.started_at, s.authenticated_at, coalesce(s.last_used_at, s.started_at) as last_used_at, s.ip,
                coalesce(s.last_ip, s.ip) as last_ip, s.user_agent, s.device_id, s.ended_at, c.clients
         from sessions s
         cross join lateral (
           select coalesce(json_agg(json_build_object('clientId', c.client_id, 'sid', c.sid, 'offline', c.offline,
                    'startedAt', c.started_at) order by c.started_at), '[]') as clients,
                  coalesce(bool_or(c.offline), false) as offline
           from client_sessions c where c.session_uid = s.uid and c.ended_at is null) c
         where s.uid in (
             select l.uid from sessions l where l.user_id = $1 and l.ended_at is null
             union select o.session_uid from client_sessions o where o.user_id = $1 and o.ended_at is null)
           and (s.ended_at is null or c.offline)
           and coalesce(s.last_used_at, s.started_at) > $2 and s.started_at > $3
         order by coalesce(s.last_used_at, s.started_at) desc, s.uid desc limit 200`,
}

/** Served by indexes sessions_live_by_user, client_sessions_live_by_user and client_sessions_by_session. */
export async function listOfUser(
  db: Db,
  userId: string,
  { usedAfter, startedAfter }: StillAlive,
): Promise<SessionRecord[]> {
  const rows = await run<ListRow>(db, selectOfUser, [userId, usedAfter, startedAfter])
  return rows.map((row) => ({
    id: row.uid,
    startedAt: row.started_at,
    authenticatedAt: row.authenticated_at,
    lastUsedAt: row.last_used_at,
    ip: row.ip,
    lastIp: row.last_ip,
    userAgent: row.user_agent,
    deviceId: row.device_id,
    signedOut: row.ended_at !== null,
    clients: row.clients.map((client) => ({ ...client, startedAt: new Date(client.startedAt) })),
  }))
}

/**
 * Deletes up to `limit` sessions that began and ended before, with what they had at clients; the number deleted. Served by
 * index sessions_by_start.
 */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from sessions where uid in
       (select s.uid from sessions s where s.started_at < ? and (s.ended_at is null or s.ended_at < ?)
        order by s.started_at limit ? for update skip locked)`,
    [before, before, limit],
  )
  return result.rowCount
}

/** Counted exactly up to this many. */
const mostCounted = 10_000

/**
 * How many sessions were not ended: counted in index sessions_live_by_user, and where that would take long, as many as
 * PostgreSQL estimates the index to hold.
 */
export async function countLive(db: Db): Promise<number> {
  const { rows } = await db.raw<{ rows: { live: string }[] }>(
    `select case when few.live < ? then few.live
       else greatest(few.live, (select c.reltuples::bigint from pg_class c where c.oid = to_regclass('sessions_live_by_user')))
     end as live
     from (select count(*) as live from (select 1 from sessions s where s.ended_at is null limit ?) counted) few`,
    [mostCounted, mostCounted],
  )
  return Number(rows[0]?.live ?? 0)
}
