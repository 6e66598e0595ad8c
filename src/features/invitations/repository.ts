import type { Db } from '../../platform/app.ts'

export interface InvitationRecord {
  id: string
  email: string | null
}

interface NewRow {
  id: string
  tokenHash: Buffer
  email: string | null
  createdBy: string
  at: Date
  expiresAt: Date
}

export async function insert(db: Db, row: NewRow): Promise<void> {
  await db('invitations').insert({
    id: row.id,
    token_hash: row.tokenHash,
    email: row.email,
    created_by: row.createdBy,
    created_at: row.at,
    expires_at: row.expiresAt,
  })
}

/** Served by index invitations_open_by_email. */
export async function withdrawOlder(db: Db, email: string, at: Date): Promise<void> {
  await db('invitations')
    .where({ email })
    .whereNull('accepted_at')
    .whereNull('withdrawn_at')
    .update({ withdrawn_at: at })
}

/** Served by the unique index on token_hash. */
export async function findOpen(db: Db, tokenHash: Buffer, now: Date): Promise<InvitationRecord | null> {
  const row = await db('invitations as i')
    .select<InvitationRecord[]>('i.id', 'i.email')
    .where('i.token_hash', tokenHash)
    .whereNull('i.accepted_at')
    .whereNull('i.withdrawn_at')
    .where('i.expires_at', '>', now)
    .first()
  return row ?? null
}

/** Uses an open invitation. The id for exactly one of any number of concurrent callers. */
export async function accept(
  db: Db,
  used: { tokenHash: Buffer; userId: string; at: Date },
): Promise<string | null> {
  const [row] = await db('invitations')
    .where({ token_hash: used.tokenHash })
    .whereNull('accepted_at')
    .whereNull('withdrawn_at')
    .where('expires_at', '>', used.at)
    .update({ accepted_at: used.at, accepted_by: used.userId })
    .returning<{ id: string }[]>('id')
  return row?.id ?? null
}

/** Forgets the address a person was invited at; for erasure. That the invitation was used stays known. */
export async function forgetAddresses(tx: Db, userId: string): Promise<void> {
  await tx('invitations').where({ accepted_by: userId }).update({ email: null })
}
