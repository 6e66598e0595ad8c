import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'

/** What a challenge is good for: a new key of one person in one session; one sign-in, whoever's, or its second factor. */
export type Bound =
  | { purpose: 'registration' | 'security-key'; userId: string; session: string }
  | { purpose: 'sign-in'; attemptId: Buffer }
  | { purpose: 'second-factor'; userId: string; attemptId: Buffer }

const toColumns = (bound: Bound) => [
  bound.purpose,
  'userId' in bound ? bound.userId : null,
  'session' in bound ? bound.session : null,
  'attemptId' in bound ? bound.attemptId : null,
]

const insertion: Statement = {
  name: 'passkeys_insert_challenge_v1',
  text: `insert into passkey_challenges (challenge_hash, purpose, user_id, session, attempt_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
}

export async function insert(
  db: Db,
  { hash, bound, at, expiresAt }: { hash: Buffer; bound: Bound; at: Date; expiresAt: Date },
): Promise<void> {
  await run(db, insertion, [hash, ...toColumns(bound), at, expiresAt])
}

const usage: Statement = {
  name: 'passkeys_use_challenge_v1',
  text: `update passkey_challenges c set used_at = $6
         where c.challenge_hash = $1 and c.purpose = $2 and c.user_id is not distinct from $3::uuid
           and c.session is not distinct from $4::text and c.attempt_id is not distinct from $5::bytea
           and c.used_at is null and c.expires_at > $6
         returning 1`,
}

/** True for exactly one of any number of concurrent callers. Served by the primary key. */
export async function use(
  db: Db,
  { hash, bound, at }: { hash: Buffer; bound: Bound; at: Date },
): Promise<boolean> {
  return (await run(db, usage, [hash, ...toColumns(bound), at])).length === 1
}

/** Deletes up to `limit` challenges that are too old; the number deleted. Served by index passkey_challenges_expired. */
export async function sweep(db: Db, now: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from passkey_challenges where challenge_hash in
       (select c.challenge_hash from passkey_challenges c where c.expires_at <= ? order by c.expires_at limit ?
        for update skip locked)`,
    [now, limit],
  )
  return result.rowCount
}
