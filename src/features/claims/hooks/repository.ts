import type { Db } from '../../../platform/app.ts'
import type { TokenKind } from '../tokens.ts'
import type { Hook, SealedSecret } from './hook.ts'

interface Row {
  id: string
  url: string
  client_id: string | null
  scope: string | null
  tokens: TokenKind[]
  timeout_ms: number
  cache_seconds: number
  on_failure: Hook['onFailure']
  sealed_secret: Buffer
  sealing_key_id: string
  created_at: Date
}

const columns = [
  ...['h.id', 'h.url', 'h.client_id', 'h.scope', 'h.tokens', 'h.timeout_ms', 'h.cache_seconds'],
  ...['h.on_failure', 'h.sealed_secret', 'h.sealing_key_id', 'h.created_at'],
]

const toHook = (row: Row): Hook => ({
  id: row.id,
  url: row.url,
  clientId: row.client_id,
  scope: row.scope,
  tokens: row.tokens,
  timeoutMs: row.timeout_ms,
  cacheSeconds: row.cache_seconds,
  onFailure: row.on_failure,
  secret: { sealed: row.sealed_secret, sealingKeyId: row.sealing_key_id },
  createdAt: row.created_at,
})

/** All of them, the oldest first: they are kept in memory. */
export async function list(db: Db): Promise<Hook[]> {
  const rows = await db('claim_hooks as h').select<Row[]>(columns).orderBy('h.id')
  return rows.map(toHook)
}

/** False when the client, or everybody, has one already. */
export async function insert(tx: Db, hook: Hook): Promise<boolean> {
  const inserted = await tx('claim_hooks')
    .insert({
      id: hook.id,
      url: hook.url,
      client_id: hook.clientId,
      scope: hook.scope,
      tokens: hook.tokens,
      timeout_ms: hook.timeoutMs,
      cache_seconds: hook.cacheSeconds,
      on_failure: hook.onFailure,
      sealed_secret: hook.secret.sealed,
      sealing_key_id: hook.secret.sealingKeyId,
      created_at: hook.createdAt,
    })
    .onConflict(tx.raw(`(coalesce(client_id, ''))`))
    .ignore()
    .returning<{ id: string }[]>('id')
  return inserted.length === 1
}

/** What this call removed; null when it was not there. */
export async function remove(tx: Db, id: string): Promise<Hook | null> {
  const rows: Row[] = await tx('claim_hooks as h').where('h.id', id).delete(columns)
  const [removed] = rows.map(toHook)
  return removed ?? null
}

/** False when it is gone, or was sealed anew meanwhile. */
export async function reseal(
  tx: Db,
  { id, before, after }: { id: string; before: SealedSecret; after: SealedSecret },
): Promise<boolean> {
  const changed = await tx('claim_hooks')
    .where({ id, sealed_secret: before.sealed })
    .update({ sealed_secret: after.sealed, sealing_key_id: after.sealingKeyId })
  return changed === 1
}
