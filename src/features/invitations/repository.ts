import type { Db } from '../../platform/app.ts'
import type { Position } from '../../platform/http/index.ts'

export interface InvitationRecord {
  id: string
  email: string | null
  /** It went to the address by mail, and to nobody else. */
  mailed: boolean
}

interface NewRow {
  id: string
  tokenHash: Buffer
  email: string | null
  createdBy: string
  at: Date
  expiresAt: Date
  mailedAt: Date | null
}

export async function insert(db: Db, row: NewRow): Promise<void> {
  await db('invitations').insert({
    id: row.id,
    token_hash: row.tokenHash,
    email: row.email,
    created_by: row.createdBy,
    created_at: row.at,
    expires_at: row.expiresAt,
    mailed_at: row.mailedAt,
  })
}

/** Those who invite one address take turns until their transactions end. Served by index invitations_open_by_email. */
export async function withdrawOlder(tx: Db, email: string, at: Date): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`invitations:${email}`])
  await tx('invitations')
    .where({ email })
    .whereNull('accepted_at')
    .whereNull('withdrawn_at')
    .update({ withdrawn_at: at })
}

/** Served by the unique index on token_hash. */
export async function findOpen(db: Db, tokenHash: Buffer, now: Date): Promise<InvitationRecord | null> {
  const row = await db('invitations as i')
    .select<{ id: string; email: string | null; mailed_at: Date | null }[]>('i.id', 'i.email', 'i.mailed_at')
    .where('i.token_hash', tokenHash)
    .whereNull('i.accepted_at')
    .whereNull('i.withdrawn_at')
    .where('i.expires_at', '>', now)
    .first()
  return row ? { id: row.id, email: row.email, mailed: row.mailed_at !== null } : null
}

/** The open invitation of an address, of which there is one at most. Served by index invitations_open_by_email. */
export async function findOpenFor(db: Db, email: string, now: Date): Promise<Buffer | null> {
  const row = await db('invitations as i')
    .select<{ token_hash: Buffer }[]>('i.token_hash')
    .where('i.email', email)
    .whereNull('i.accepted_at')
    .whereNull('i.withdrawn_at')
    .where('i.expires_at', '>', now)
    .first()
  return row?.token_hash ?? null
}

/** Uses an open invitation. The id for exactly one of any number of concurrent callers. */
export async function accept(
  db: Db,
  used: { tokenHash: Buffer; userId: string | null; at: Date },
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

/** Takes an open invitation back. True for exactly one of any number of concurrent callers. */
export async function withdraw(db: Db, id: string, at: Date): Promise<boolean> {
  const changed = await db('invitations')
    .where({ id })
    .whereNull('accepted_at')
    .whereNull('withdrawn_at')
    .where('expires_at', '>', at)
    .update({ withdrawn_at: at })
  return changed === 1
}

export const invitationStates = ['open', 'accepted', 'withdrawn', 'expired'] as const
export type InvitationState = (typeof invitationStates)[number]

export interface ListedInvitation {
  id: string
  email: string | null
  state: InvitationState
  createdAt: Date
  createdBy: string
  mailedAt: Date | null
  expiresAt: Date
  acceptedAt: Date | null
  acceptedBy: string | null
}

interface ListedRow {
  id: string
  email: string | null
  state: InvitationState
  created_at: Date
  created_by: string
  mailed_at: Date | null
  expires_at: Date
  accepted_at: Date | null
  accepted_by: string | null
}

const stateOf = `case when i.accepted_at is not null then 'accepted' when i.withdrawn_at is not null then 'withdrawn'
  when i.expires_at <= ? then 'expired' else 'open' end`

const listed = [
  ...['i.id', 'i.email', 'i.created_at', 'i.created_by', 'i.mailed_at', 'i.expires_at'],
  ...['i.accepted_at', 'i.accepted_by'],
]

/** Newest first. Served by index invitations_by_age. */
export async function list(
  db: Db,
  page: { now: Date; state: InvitationState | undefined; from: Position | null; rows: number },
): Promise<ListedInvitation[]> {
  const query = db('invitations as i')
    .select<ListedRow[]>([...listed, db.raw(`${stateOf} as state`, [page.now])])
    .orderBy([
      { column: 'i.created_at', order: 'desc' },
      { column: 'i.id', order: 'desc' },
    ])
    .limit(page.rows)
  if (page.state) query.whereRaw(`${stateOf} = ?`, [page.now, page.state])
  if (page.from) query.whereRaw('(i.created_at, i.id) < (?, ?)', [new Date(page.from.key), page.from.id])
  return (await query).map((row) => ({
    id: row.id,
    email: row.email,
    state: row.state,
    createdAt: row.created_at,
    createdBy: row.created_by,
    mailedAt: row.mailed_at,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    acceptedBy: row.accepted_by,
  }))
}
