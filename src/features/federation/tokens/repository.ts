import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'

export interface KeptTokens {
  issuer: string
  subject: string
  userId: string
  providerId: string
  sealed: Buffer
  sealingKeyId: string
  expiresAt: Date | null
  at: Date
}

/** The newest replace the ones before. */
export async function keep(tx: Db, kept: KeptTokens): Promise<void> {
  const { issuer, subject, userId, providerId, sealed, sealingKeyId, expiresAt, at } = kept
  await tx('upstream_tokens')
    .insert({
      issuer,
      subject,
      user_id: userId,
      provider_id: providerId,
      sealed,
      sealing_key_id: sealingKeyId,
      expires_at: expiresAt,
      updated_at: at,
    })
    .onConflict(['issuer', 'subject'])
    .merge()
}

/** Served by the primary key. */
export async function find(
  db: Db,
  { issuer, subject, userId }: { issuer: string; subject: string; userId: string },
): Promise<Buffer | null> {
  const row = await db('upstream_tokens')
    .select<{ sealed: Buffer }[]>('sealed')
    .where({ issuer, subject, user_id: userId })
    .first()
  return row?.sealed ?? null
}

export async function remove(
  tx: Db,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<void> {
  await tx('upstream_tokens').where({ issuer, subject }).delete()
}

const follow: Statement = {
  name: 'federation_tokens_follow_v1',
  text: `update upstream_tokens t set user_id = i.user_id from user_identities i
         where t.user_id = $1 and i.issuer = t.issuer and i.subject = t.subject and i.user_id <> t.user_id`,
}
/** Where identities went from one person to another, their tokens follow. Of accounts' table it selects only. */
export async function followIdentities(tx: Db, from: string): Promise<void> {
  await run(tx, follow, [from])
}

/** Served by index upstream_tokens_by_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('upstream_tokens').where({ user_id: userId }).delete()
}

/** Those of all its people: none are to be kept any more. Rare, so no index serves it. */
export async function removeOfProvider(tx: Db, providerId: string): Promise<void> {
  await tx('upstream_tokens').where({ provider_id: providerId }).delete()
}
