import type { Db } from '../../platform/app.ts'
import { hastenDeletion } from '../accounts/index.ts'
import * as merges from './repository.ts'

/**
 * Forgets the merges of a person who is erased, in the caller's transaction. What is left of accounts that live on in
 * theirs is erased next: nobody can have those back any more.
 */
export async function forgetMergesOf(tx: Db, at: Date, userId: string): Promise<void> {
  await hastenDeletion(tx, await merges.listAwayIn(tx, userId), at)
  await merges.removeOfUser(tx, userId)
}
