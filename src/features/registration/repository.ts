import type { Db } from '../../platform/app.ts'
import type { Position } from '../../platform/http/index.ts'
import type { RegistrationPolicy } from '../settings/index.ts'

/** A right to register clients. */
export interface InitialToken {
  id: string
  name: string | null
  uses: number
  usesLeft: number
  /** Null: the setting decides. */
  policy: RegistrationPolicy | null
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
}

interface TokenRow {
  id: string
  name: string | null
  uses: number
  uses_left: number
  policy: RegistrationPolicy | null
  created_at: Date
  expires_at: Date
  revoked_at: Date | null
}

const tokenColumns = ['id', 'name', 'uses', 'uses_left', 'policy', 'created_at', 'expires_at', 'revoked_at']

const toToken = (row: TokenRow): InitialToken => ({
  id: row.id,
  name: row.name,
  uses: row.uses,
  usesLeft: row.uses_left,
  policy: row.policy,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
})

export async function insertToken(
  tx: Db,
  token: Omit<InitialToken, 'usesLeft' | 'revokedAt'> & { hash: Buffer },
): Promise<void> {
  await tx('registration_tokens').insert({
    id: token.id,
    token_hash: token.hash,
    name: token.name,
    uses: token.uses,
    uses_left: token.uses,
    policy: token.policy && JSON.stringify(token.policy),
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  })
}

/** One that may still be used. Served by the unique index on token_hash. */
export async function findLiveToken(db: Db, hash: Buffer, now: Date): Promise<InitialToken | null> {
  const row = await db('registration_tokens')
    .first<TokenRow | undefined>(tokenColumns)
    .where({ token_hash: hash })
    .whereNull('revoked_at')
    .where('uses_left', '>', 0)
    .where('expires_at', '>', now)
  return row ? toToken(row) : null
}

/** Counts one use. True for exactly as many of any number of concurrent callers as there are uses left. */
export async function useToken(tx: Db, id: string, now: Date): Promise<boolean> {
  const changed = await tx('registration_tokens')
    .where({ id })
    .whereNull('revoked_at')
    .where('uses_left', '>', 0)
    .where('expires_at', '>', now)
    .decrement('uses_left')
  return changed === 1
}

/** Newest first. Served by index registration_tokens_by_creation. */
export async function listTokens(
  db: Db,
  { from, limit }: { from: Position | null; limit: number },
): Promise<InitialToken[]> {
  const query = db('registration_tokens')
    .select<TokenRow[]>(tokenColumns)
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
  if (from) query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [from.key, from.id])
  return (await query).map(toToken)
}

/** True when this call revoked it. */
export async function revokeToken(tx: Db, id: string, at: Date): Promise<boolean> {
  const changed = await tx('registration_tokens')
    .where({ id })
    .whereNull('revoked_at')
    .update({ revoked_at: at })
  return changed === 1
}

/** Deletes up to `limit` tokens that ended before; the number deleted. Served by index registration_tokens_expired. */
export async function sweepTokens(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from registration_tokens where id in
       (select t.id from registration_tokens t where t.expires_at < ? order by t.expires_at limit ? for update skip locked)`,
    [before, limit],
  )
  return rowCount
}

/** How a client registered itself. */
export interface Registration {
  clientId: string
  initialTokenId: string | null
  policy: RegistrationPolicy | null
  softwareStatement: string | null
  softwareId: string | null
  softwareVersion: string | null
  registeredAt: Date
}

interface RegistrationRow {
  client_id: string
  initial_token_id: string | null
  policy: RegistrationPolicy | null
  software_statement: string | null
  software_id: string | null
  software_version: string | null
  registered_at: Date
}

export async function insertRegistration(tx: Db, given: Registration & { tokenHash: Buffer }): Promise<void> {
  await tx('client_registrations').insert({
    client_id: given.clientId,
    token_hash: given.tokenHash,
    initial_token_id: given.initialTokenId,
    policy: given.policy && JSON.stringify(given.policy),
    software_statement: given.softwareStatement,
    software_id: given.softwareId,
    software_version: given.softwareVersion,
    registered_at: given.registeredAt,
  })
}

/** The registration that this token may change: of that client and no other. Served by the primary key. */
export async function findRegistration(
  db: Db,
  by: { clientId: string; tokenHash: Buffer },
): Promise<Registration | null> {
  const row = await db('client_registrations as r')
    .first<RegistrationRow | undefined>(
      'r.client_id',
      'r.initial_token_id',
      'r.policy',
      'r.software_statement',
      'r.software_id',
      'r.software_version',
      'r.registered_at',
    )
    .where({ 'r.client_id': by.clientId, 'r.token_hash': by.tokenHash })
  if (!row) return null
  return {
    clientId: row.client_id,
    initialTokenId: row.initial_token_id,
    policy: row.policy,
    softwareStatement: row.software_statement,
    softwareId: row.software_id,
    softwareVersion: row.software_version,
    registeredAt: row.registered_at,
  }
}

/** Writes what changes with an update, and the next token. True for exactly one of those who present the same token. */
export async function replaceRegistration(
  tx: Db,
  by: { clientId: string; tokenHash: Buffer },
  next: { tokenHash: Buffer } & Pick<Registration, 'softwareStatement' | 'softwareId' | 'softwareVersion'>,
): Promise<boolean> {
  const changed = await tx('client_registrations')
    .where({ client_id: by.clientId, token_hash: by.tokenHash })
    .update({
      token_hash: next.tokenHash,
      software_statement: next.softwareStatement,
      software_id: next.softwareId,
      software_version: next.softwareVersion,
    })
  return changed === 1
}

/**
 * Holds clients that are over: past their end, or registered by themselves before `unusedSince` and never used, which is when
 * nobody ever agreed to them or is signed in there, and no secret of theirs was presented. One that acts for itself was let in by an
 * operator's policy, and leaves no such trace: it stays. So does a disabled one, which could otherwise come back as new. Reads over clients, consents and sessions; selects only. Served by
 * indexes clients_expiring, clients_self_registered, consents_by_client, client_sessions_live_by_client and client_secrets_by_client.
 */
export async function lockOver(
  tx: Db,
  { now, unusedSince, limit }: { now: Date; unusedSince: Date; limit: number },
): Promise<string[]> {
  const { rows } = await tx.raw<{ rows: { id: string }[] }>(
    `select c.id from clients c where c.id in (
       (select e.id from clients e where e.expires_at <= :now order by e.expires_at limit :limit)
       union
       (select u.id from clients u
        where u.owner_type = 'self' and u.created_at < :unusedSince and u.disabled_at is null
          and not u.metadata -> 'grant_types' @> '["client_credentials"]'
          and not exists (select 1 from consents o where o.client_id = u.id)
          and not exists (select 1 from client_sessions s where s.client_id = u.id and s.ended_at is null)
          and not exists (select 1 from client_secrets k where k.client_id = u.id and k.last_used_at is not null)
        order by u.created_at limit :limit))
     limit :limit for update of c skip locked`,
    { now, unusedSince, limit },
  )
  return rows.map(({ id }) => id)
}
