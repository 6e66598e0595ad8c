import type { Db } from '../../../platform/app.ts'

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

/** Served by index upstream_tokens_by_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('upstream_tokens').where({ user_id: userId }).delete()
}

/** Those of all its people: none are to be kept any more. Rare, so no index serves it. */
export async function removeOfProvider(tx: Db, providerId: string): Promise<void> {
  await tx('upstream_tokens').where({ provider_id: providerId }).delete()
}
