import type { Db } from '../../../platform/app.ts'

export interface Freshness {
  fetchedAt: Date
  freshUntil: Date
}

/** How old what we know of a document is. Served by the primary key. */
export async function findFreshness(db: Db, clientId: string): Promise<Freshness | null> {
  const row = await db('client_documents')
    .first<{ fetched_at: Date; fresh_until: Date } | undefined>('fetched_at', 'fresh_until')
    .where({ client_id: clientId })
  return row ? { fetchedAt: row.fetched_at, freshUntil: row.fresh_until } : null
}

export async function saveFreshness(
  tx: Db,
  { clientId, fetchedAt, freshUntil }: Freshness & { clientId: string },
): Promise<void> {
  await tx('client_documents')
    .insert({ client_id: clientId, fetched_at: fetchedAt, fresh_until: freshUntil })
    .onConflict('client_id')
    .merge()
}
