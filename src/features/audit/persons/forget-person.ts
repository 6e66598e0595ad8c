import type { Db } from '../../../platform/app.ts'
import { holderOf } from './holder-keys.ts'
import * as keys from './repository.ts'

/**
 * Destroys the key that a person's addresses, agents and profile values are sealed with, in the caller's transaction:
 * from its commit on nobody can read them, in no table, export or backup of later date. The records stay, and so does the
 * chain. There is no second key: personal fields of a record that comes later (of the erasure itself, say) are dropped.
 */
export async function forgetPerson(tx: Db, at: Date, userId: string): Promise<void> {
  await keys.destroy(tx, holderOf(userId, at), at) // first: the sequencer takes keys before it touches the inbox
  await keys.emptyInbox(tx, userId)
}
