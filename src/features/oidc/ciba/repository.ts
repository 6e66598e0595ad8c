import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'

/**
 * `pending` until the person says something; `approved`, `denied`; `expired`: they said nothing in time; `unused`: they approved,
 * and the client never came for its tokens.
 */
export type RequestState = 'pending' | 'approved' | 'denied' | 'expired' | 'unused'

/** What an application asked. */
export interface Asked {
  id: string
  clientId: string
  userId: string
  subject: string
  scopes: string[]
  acrValues: string | null
  bindingMessage: string | null
  /** Network address of the client. */
  askedFrom: string
  askedAt: Date
  expiresAt: Date
}

/** What approving began, and how surely the person was recognised then. */
export interface Approval {
  sessionUid: string
  sid: string
  grantId: string
  acr: string | null
  amr: readonly string[]
  authenticatedAt: Date
}

export interface AuthenticationRequest extends Asked {
  state: RequestState
  decidedAt: Date | null
  /** Null unless it was approved. */
  approval: Approval | null
}

interface Row {
  id: string
  client_id: string
  user_id: string
  subject: string
  scopes: string[]
  acr_values: string | null
  binding_message: string | null
  asked_from: string
  asked_at: Date
  expires_at: Date
  state: RequestState
  decided_at: Date | null
  session_uid: string | null
  sid: string | null
  grant_id: string | null
  acr: string | null
  amr: string[] | null
  authenticated_at: Date | null
}

const columns = `r.id, r.client_id, r.user_id, r.subject, r.scopes, r.acr_values, r.binding_message, r.asked_from, r.asked_at,
  r.expires_at, r.state, r.decided_at, r.session_uid, r.sid, r.grant_id, r.acr, r.amr, r.authenticated_at`

const toRequest = (row: Row): AuthenticationRequest => ({
  id: row.id,
  clientId: row.client_id,
  userId: row.user_id,
  subject: row.subject,
  scopes: row.scopes,
  acrValues: row.acr_values,
  bindingMessage: row.binding_message,
  askedFrom: row.asked_from,
  askedAt: row.asked_at,
  expiresAt: row.expires_at,
  state: row.state,
  decidedAt: row.decided_at,
  approval: toApproval(row),
})

function toApproval({ session_uid, sid, grant_id, acr, amr, authenticated_at }: Row): Approval | null {
  if (session_uid === null || sid === null || grant_id === null || authenticated_at === null) return null
  return {
    sessionUid: session_uid,
    sid,
    grantId: grant_id,
    acr,
    amr: amr ?? [],
    authenticatedAt: authenticated_at,
  }
}

/** What a client is told by, sealed. */
export interface Sealed {
  sealed: Buffer
  keyId: string
}

const insertRequest = {
  name: 'backchannel_requests_insert_v1',
  text: `insert into backchannel_requests (id, request_key, client_id, user_id, subject, scopes, acr_values, binding_message,
           asked_from, asked_at, expires_at, state, sealed, sealing_key_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12, $13)`,
}

export async function insert(tx: Db, key: Buffer, asked: Asked, ping: Sealed | null): Promise<void> {
  const { id, clientId, userId, subject, scopes, acrValues, bindingMessage, askedFrom, askedAt, expiresAt } =
    asked
  const values = [
    ...[id, key, clientId, userId, subject, scopes, acrValues, bindingMessage, askedFrom],
    ...[askedAt, expiresAt, ping?.sealed ?? null, ping?.keyId ?? null],
  ]
  await run(tx, insertRequest, values)
}

/** Lets nobody else ask the same person until the caller's transaction is over. */
export async function lockPerson(tx: Db, userId: string): Promise<void> {
  await tx.raw(`select pg_advisory_xact_lock(hashtextextended('authentication-requests:' || ?, 0))`, [userId])
}

const countWaiting = {
  name: 'backchannel_requests_count_v1',
  text: `select count(*)::integer as all_of_them, (count(*) filter (where r.client_id = $2))::integer as of_client
         from backchannel_requests r where r.user_id = $1 and r.state = 'pending' and r.expires_at > $3`,
}

/** How many wait for a person, and how many of these are of one client. Served by index backchannel_requests_pending. */
export async function countPending(
  db: Db,
  { userId, clientId, now }: { userId: string; clientId: string; now: Date },
): Promise<{ all: number; ofClient: number }> {
  const [row] = await run<{ all_of_them: number; of_client: number }>(db, countWaiting, [
    userId,
    clientId,
    now,
  ])
  return { all: row?.all_of_them ?? 0, ofClient: row?.of_client ?? 0 }
}

const selectPending = {
  name: 'backchannel_requests_pending_v1',
  text: `select ${columns} from backchannel_requests r
         where r.user_id = $1 and r.state = 'pending' and r.expires_at > $2 order by r.asked_at desc, r.id desc limit 50`,
}

/** What waits for a person, newest first. Served by index backchannel_requests_pending. */
export async function listPending(db: Db, userId: string, now: Date): Promise<AuthenticationRequest[]> {
  return (await run<Row>(db, selectPending, [userId, now])).map(toRequest)
}

const selectOfUser = {
  name: 'backchannel_requests_of_user_v1',
  text: `select ${columns} from backchannel_requests r where r.user_id = $1 order by r.asked_at desc, r.id desc limit 500`,
}

/** All that is still known of what a person was asked, newest first; for their export. Served by index backchannel_requests_by_user. */
export async function listOfUser(db: Db, userId: string): Promise<AuthenticationRequest[]> {
  return (await run<Row>(db, selectOfUser, [userId])).map(toRequest)
}

const selectByKey = {
  name: 'backchannel_requests_by_key_v1',
  text: `select ${columns} from backchannel_requests r where r.request_key = $1`,
}

/** By the key of the provider's row, whatever became of it. */
export async function findByKey(db: Db, key: Buffer): Promise<AuthenticationRequest | null> {
  const [row] = await run<Row>(db, selectByKey, [key])
  return row ? toRequest(row) : null
}

const selectOwn = {
  name: 'backchannel_requests_own_v1',
  text: `select ${columns} from backchannel_requests r
         where r.id = $1 and r.user_id = $2 and r.state = 'pending' and r.expires_at > $3`,
}

/** One that waits for this person. */
export async function findPending(
  db: Db,
  { id, userId, now }: { id: string; userId: string; now: Date },
): Promise<AuthenticationRequest | null> {
  const [row] = await run<Row>(db, selectOwn, [id, userId, now])
  return row ? toRequest(row) : null
}

interface Decision {
  id: string
  userId: string
  at: Date
  state: 'approved' | 'denied'
  approval: Approval | null
}

const decideRequest = {
  name: 'backchannel_requests_decide_v1',
  text: `update backchannel_requests set state = $4, decided_at = $3, session_uid = $5, sid = $6, grant_id = $7, acr = $8,
           amr = $9, authenticated_at = $10, ping_due_at = case when sealed is not null then $3::timestamptz end
         where id = $1 and user_id = $2 and state = 'pending' and expires_at > $3 returning sealed is not null as to_tell`,
}

/** Decides what waits for this person. Null for all but one of any number of concurrent callers; `toTell`: its client waits to hear. */
export async function decide(tx: Db, decision: Decision): Promise<{ toTell: boolean } | null> {
  const { id, userId, at, state, approval } = decision
  const {
    sessionUid = null,
    sid = null,
    grantId = null,
    acr = null,
    amr = null,
    authenticatedAt = null,
  } = approval ?? {}
  const values = [id, userId, at, state, sessionUid, sid, grantId, acr, amr, authenticatedAt]
  const [row] = await run<{ to_tell: boolean }>(tx, decideRequest, values)
  return row ? { toTell: row.to_tell } : null
}

const redeemRequest = {
  name: 'backchannel_requests_redeem_v1',
  text: `update backchannel_requests set redeemed_at = $2, sealed = null, sealing_key_id = null, ping_due_at = null
         where request_key = $1 and state = 'approved' and redeemed_at is null returning id`,
}

/** Its tokens are given out; nothing is left to tell. True for exactly one of any number of concurrent callers. */
export async function redeem(tx: Db, key: Buffer, at: Date): Promise<boolean> {
  return (await run(tx, redeemRequest, [key, at])).length === 1
}

/** What has come to nothing. */
export interface Closed {
  id: string
  userId: string
  clientId: string
  state: 'expired' | 'unused'
  /** Of the session that approving began, and nobody used. */
  sessionUid: string | null
}

interface ClosedRow {
  id: string
  user_id: string
  client_id: string
  state: RequestState
  session_uid: string | null
}

const closeRequests = {
  name: 'backchannel_requests_close_v1',
  text: `update backchannel_requests r set sealed = null, sealing_key_id = null, ping_due_at = null,
           state = case r.state when 'pending' then 'expired' when 'approved' then 'unused' else r.state end
         where r.id in (
           select o.id from backchannel_requests o
           where o.expires_at <= $1 and (o.state = 'pending' or (o.state = 'approved' and o.redeemed_at is null) or o.sealed is not null)
           order by o.expires_at limit $2 for update skip locked)
         returning r.id, r.user_id, r.client_id, r.state, r.session_uid`,
}

/**
 * Closes up to `limit` requests whose time is over, each for one of any number of concurrent callers; those of them that had
 * not come to an end. What their clients would have been told by is gone. Served by index backchannel_requests_open.
 */
export async function closeOverdue(
  tx: Db,
  now: Date,
  limit: number,
): Promise<{ found: number; closed: Closed[] }> {
  const rows = await run<ClosedRow>(tx, closeRequests, [now, limit])
  const closed = rows.flatMap(({ state, ...row }) =>
    state === 'expired' || state === 'unused'
      ? [{ id: row.id, userId: row.user_id, clientId: row.client_id, state, sessionUid: row.session_uid }]
      : [],
  )
  return { found: rows.length, closed }
}

/** Deletes up to `limit` requests that ended before; the number deleted. Served by index backchannel_requests_by_end. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from backchannel_requests where id in
       (select r.id from backchannel_requests r where r.expires_at <= ? order by r.expires_at limit ? for update skip locked)`,
    [before, limit],
  )
  return result.rowCount
}

/** All that a person was ever asked; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('backchannel_requests').where({ user_id: userId }).delete()
}

/** A client that is to be told. */
export interface DuePing {
  id: string
  clientId: string
  sealed: Buffer
  attempts: number
  expiresAt: Date
}

interface PingRow {
  id: string
  client_id: string
  sealed: Buffer
  ping_attempts: number
  expires_at: Date
}

const claimRow = {
  name: 'backchannel_requests_claim_ping_v1',
  text: `update backchannel_requests set ping_due_at = $3, ping_attempts = ping_attempts + 1
         where id = $1 and ping_due_at <= $2 and sealed is not null
         returning id, client_id, sealed, ping_attempts, expires_at`,
}

/** Takes one attempt at telling a client until `until`. Null when there is nothing to tell, or somebody else is at it. */
export async function claimPing(
  db: Db,
  { id, at, until }: { id: string; at: Date; until: Date },
): Promise<DuePing | null> {
  const [row] = await run<PingRow>(db, claimRow, [id, at, until])
  if (!row) return null
  const { client_id: clientId, sealed, ping_attempts: attempts, expires_at: expiresAt } = row
  return { id: row.id, clientId, sealed, attempts, expiresAt }
}

/** The client was told, or cannot be: what it would be told by is gone. */
export async function endPing(db: Db, id: string): Promise<void> {
  await db('backchannel_requests')
    .where({ id })
    .update({ sealed: null, sealing_key_id: null, ping_due_at: null })
}

/** Puts an attempt that failed back. */
export async function putBackPing(tx: Db, { id, dueAt }: { id: string; dueAt: Date }): Promise<void> {
  await tx('backchannel_requests').where({ id }).whereNotNull('sealed').update({ ping_due_at: dueAt })
}

const wakePings = {
  name: 'backchannel_requests_wake_pings_v1',
  text: `update backchannel_requests set ping_due_at = $2
         where id in (select r.id from backchannel_requests r where r.ping_due_at < $1 order by r.ping_due_at limit $3
                      for update skip locked)
           and ping_due_at < $1
         returning id`,
}

/** Makes attempts due that nobody took up since `dueBefore`: who was at them died. Served by index backchannel_requests_due. */
export async function wake(
  tx: Db,
  { dueBefore, at, limit }: { dueBefore: Date; at: Date; limit: number },
): Promise<string[]> {
  return (await run<{ id: string }>(tx, wakePings, [dueBefore, at, limit])).map(({ id }) => id)
}
