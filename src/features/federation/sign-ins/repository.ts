import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'

export interface UpstreamSignIn {
  /** Stands in the session as its `connection`. */
  id: string
  providerId: string
  issuer: string
  subject: string
  sid: string | null
  userId: string
  at: Date
}

const insertSignIn: Statement = {
  name: 'federation_insert_sign_in_v1',
  text: `insert into upstream_sign_ins (id, provider_id, issuer, subject, sid, user_id, at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
}
export async function insert(
  db: Db,
  { id, providerId, issuer, subject, sid, userId, at }: UpstreamSignIn,
): Promise<void> {
  await run(db, insertSignIn, [id, providerId, issuer, subject, sid, userId, at])
}

/** A sign-in whose ID token named no session ends with its person. */
const ended: Statement = {
  name: 'federation_take_ended_v1',
  text: `delete from upstream_sign_ins s where s.issuer = $1
           and ((s.sid = $2::text and ($3::text is null or s.subject = $3))
             or (s.subject = $3::text and ($2::text is null or s.sid is null)))
         returning s.id, s.user_id`,
}

interface Ended {
  issuer: string
  subject: string | null
  sid: string | null
}

/**
 * Takes away the sign-ins that a provider says have ended: those of one of its sessions, or all of one person. A session that
 * is about to begin by one of them holds its row, or finds it gone (features/sessions). Served by indexes
 * upstream_sign_ins_by_sid and upstream_sign_ins_by_subject.
 */
export async function takeEnded(
  tx: Db,
  { issuer, subject, sid }: Ended,
): Promise<{ id: string; userId: string }[]> {
  const rows = await run<{ id: string; user_id: string }>(tx, ended, [issuer, sid, subject])
  return rows.map((row) => ({ id: row.id, userId: row.user_id }))
}

/** Makes all sign-ins of one person another's, as their sessions are. Served by index upstream_sign_ins_by_user. */
export async function giveAll(tx: Db, { from, to }: { from: string; to: string }): Promise<void> {
  await tx('upstream_sign_ins').where({ user_id: from }).update({ user_id: to })
}

const follow: Statement = {
  name: 'federation_sign_ins_follow_v2',
  text: `update upstream_sign_ins s set user_id = $2
         where s.user_id = $1 and (
           s.id::text in (select e.connection from sessions e where e.user_id = $2 and e.connection is not null)
           or exists (select 1 from user_identities i where i.user_id = $2 and i.issuer = s.issuer and i.subject = s.subject))`,
}
/** Where sessions and identities went back to somebody, their sign-ins follow. Of the tables of sessions and accounts it selects only. */
export async function followBack(tx: Db, { from, to }: { from: string; to: string }): Promise<void> {
  await run(tx, follow, [from, to])
}

/** Where a person came from; for erasure. Served by index upstream_sign_ins_by_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('upstream_sign_ins').where({ user_id: userId }).delete()
}

/** Deletes up to `limit` older sign-ins; the number deleted. Served by index upstream_sign_ins_by_age. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const old = db('upstream_sign_ins').select('id').where('at', '<', before).orderBy('at').limit(limit)
  return db('upstream_sign_ins').whereIn('id', old).delete()
}

interface Presented {
  issuer: string
  jtiHash: Buffer
  expiresAt: Date
}

/** Marks a logout token as seen. True for exactly one of any number of concurrent callers. */
export async function markLogout(tx: Db, { issuer, jtiHash, expiresAt }: Presented): Promise<boolean> {
  const rows = await tx('upstream_logouts')
    .insert({ issuer, jti_hash: jtiHash, expires_at: expiresAt })
    .onConflict(['issuer', 'jti_hash'])
    .ignore()
    .returning('issuer')
  return rows.length === 1
}

/** Served by index upstream_logouts_expired. */
export async function sweepLogouts(db: Db, now: Date, limit: number): Promise<number> {
  const old = db('upstream_logouts').select('jti_hash').where('expires_at', '<', now).limit(limit)
  return db('upstream_logouts').whereIn('jti_hash', old).delete()
}
