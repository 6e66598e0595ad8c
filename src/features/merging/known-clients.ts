import type { Db } from '../../platform/app.ts'
import { type KnownAs, listClientsWithSubject, listKnownAs } from '../accounts/index.ts'
import * as merges from './repository.ts'

/** A client that knew both accounts, and by what. */
export interface KnewBoth {
  clientId: string
  /** What it goes on to know the person by. */
  survivingSubject: string
  mergedSubject: string
}

export interface KnownClients {
  both: KnewBoth[]
  /** Know the merged account alone, and keep what they know it by. */
  mergedOnly: KnownAs[]
}

/**
 * Which clients know which of two accounts: by a session they ever had (as long as those are kept), a consent, or a
 * subject of their own.
 */
export async function findKnownClients(
  db: Db,
  { survivingUserId, mergedUserId }: { survivingUserId: string; mergedUserId: string },
): Promise<KnownClients> {
  const [surviving, merged] = [await clientsOf(db, survivingUserId), await clientsOf(db, mergedUserId)]
  const bySurviving = await listKnownAs(
    db,
    survivingUserId,
    [...surviving].filter((id) => merged.has(id)),
  )
  const byMerged = await listKnownAs(db, mergedUserId, [...merged])
  const subjectOfMerged = new Map(byMerged.map(({ clientId, subject }) => [clientId, subject]))
  return {
    both: bySurviving
      .filter(({ clientId }) => !clientId.startsWith('sector:'))
      .map(({ clientId, subject }) => ({
        clientId,
        survivingSubject: subject,
        mergedSubject: subjectOfMerged.get(clientId) ?? subject,
      })),
    mergedOnly: byMerged.filter(({ clientId }) => !surviving.has(clientId)),
  }
}

const clientsOf = async (db: Db, userId: string): Promise<Set<string>> =>
  new Set([...(await merges.listClientsReached(db, userId)), ...(await listClientsWithSubject(db, userId))])
