import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'
import type { Identity } from './identity.ts'

interface Row {
  id: string
  user_id: string
  issuer: string
  subject: string
  provider_id: string | null
  label: string | null
  created_at: Date
  last_used_at: Date | null
}

const toIdentity = (row: Row): Identity => ({
  id: row.id,
  userId: row.user_id,
  issuer: row.issuer,
  subject: row.subject,
  providerId: row.provider_id,
  label: row.label,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})

const columns = 'i.id, i.user_id, i.issuer, i.subject, i.provider_id, i.label, i.created_at, i.last_used_at'

const insertIdentity: Statement = {
  name: 'accounts_insert_identity_v1',
  text: `insert into user_identities as i (id, user_id, issuer, subject, provider_id, label, created_at, last_used_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (issuer, subject) do nothing returning ${columns}`,
}

/** Null when somebody has it already: the transaction goes on. Served by the unique constraint on (issuer, subject). */
export async function insert(db: Db, identity: Identity): Promise<Identity | null> {
  const { id, userId, issuer, subject, providerId, label, createdAt, lastUsedAt } = identity
  const values = [id, userId, issuer, subject, providerId, label, createdAt, lastUsedAt]
  const [row] = await run<Row>(db, insertIdentity, values)
  return row ? toIdentity(row) : null
}

const insertIdentities: Statement = {
  name: 'accounts_insert_identities_v1',
  text: `insert into user_identities (id, user_id, issuer, subject, provider_id, label, created_at, last_used_at)
         select r.id, r."userId", r.issuer, r.subject, r."providerId", r.label, r."createdAt", r."lastUsedAt"
         from jsonb_to_recordset($1::jsonb) as r (id uuid, "userId" uuid, issuer text, subject text, "providerId" uuid, label text,
           "createdAt" timestamptz, "lastUsedAt" timestamptz)
         on conflict (issuer, subject) do nothing returning id`,
}

/** The ids of those that nobody had before: the transaction goes on. Served by the unique constraint on (issuer, subject). */
export async function insertAll(tx: Db, rows: readonly Identity[]): Promise<ReadonlySet<string>> {
  const made = await run<{ id: string }>(tx, insertIdentities, [JSON.stringify(rows)])
  return new Set(made.map(({ id }) => id))
}

/** Whether one of these people has more than so many. Served by index user_identities_by_user. */
export async function anyHasMoreThan(tx: Db, userIds: readonly string[], most: number): Promise<boolean> {
  const rows = await tx('user_identities as i')
    .select('i.user_id')
    .whereRaw('i.user_id = any(?::uuid[])', [[...userIds]])
    .groupBy('i.user_id')
    .havingRaw('count(*) > ?', [most])
    .limit(1)
  return rows.length > 0
}

const byPair: Statement = {
  name: 'accounts_identity_by_pair_v1',
  text: `select ${columns} from user_identities i where i.issuer = $1 and i.subject = $2`,
}

/** Served by the unique constraint on (issuer, subject). */
export async function find(db: Db, issuer: string, subject: string): Promise<Identity | null> {
  const [row] = await run<Row>(db, byPair, [issuer, subject])
  return row ? toIdentity(row) : null
}

const ofUser: Statement = {
  name: 'accounts_identities_of_user_v1',
  text: `select ${columns} from user_identities i where i.user_id = $1 order by i.created_at, i.id`,
}

/** Served by index user_identities_by_user. */
export async function list(db: Db, userId: string): Promise<Identity[]> {
  return (await run<Row>(db, ofUser, [userId])).map(toIdentity)
}

const used: Statement = {
  name: 'accounts_identity_used_v2',
  text: 'update user_identities set last_used_at = $2, label = $3, provider_id = $4 where id = $1 returning id',
}
/** False when the identity was taken from its owner meanwhile. */
export async function noteUse(
  db: Db,
  { id, at, label, providerId }: { id: string; at: Date; label: string; providerId: string },
): Promise<boolean> {
  return (await run(db, used, [id, at, label, providerId])).length === 1
}

/** True for exactly one of any number of concurrent callers. */
export async function remove(tx: Db, { id, userId }: { id: string; userId: string }): Promise<boolean> {
  return (await tx('user_identities').where({ id, user_id: userId }).delete()) === 1
}

/** Ways in through somebody else's providers, gone; the native one stays. */
export async function removeForeign(
  tx: Db,
  { userId, nativeIssuer }: { userId: string; nativeIssuer: string },
): Promise<Identity[]> {
  const rows = await tx('user_identities as i')
    .where({ user_id: userId })
    .whereNot({ issuer: nativeIssuer })
    .delete()
    .returning<Row[]>(columns.replaceAll('i.', '').split(', '))
  return rows.map(toIdentity)
}

const mark: Statement = {
  name: 'accounts_mark_issuer_v1',
  text: `insert into linked_issuers (user_id, issuer, linked_at) values ($1, $2, $3) on conflict do nothing`,
}
/** Remembers, for as long as the account lives, that an identity of this issuer opened it. */
export async function markIssuer(tx: Db, userId: string, issuer: string, at: Date): Promise<void> {
  await run(tx, mark, [userId, issuer, at])
}

const markAll: Statement = {
  name: 'accounts_mark_issuers_v1',
  text: `insert into linked_issuers (user_id, issuer, linked_at)
         select r."userId", r.issuer, $2 from jsonb_to_recordset($1::jsonb) as r ("userId" uuid, issuer text) on conflict do nothing`,
}
/** `markIssuer` for many. */
export async function markIssuers(
  tx: Db,
  marks: readonly { userId: string; issuer: string }[],
  at: Date,
): Promise<void> {
  await run(tx, markAll, [JSON.stringify(marks.map(({ userId, issuer }) => ({ userId, issuer }))), at])
}

/** Whether an identity of this issuer ever opened an account. Served by the primary key. */
export async function wasLinkedTo(db: Db, userId: string, issuer: string): Promise<boolean> {
  const row = await db('linked_issuers')
    .select<{ issuer: string }[]>('issuer')
    .where({ user_id: userId, issuer })
    .first()
  return row !== undefined
}
