import type { Db } from '../../platform/app.ts'
import { forgetKeptSubjects, hastenDeletion } from '../accounts/index.ts'
import { withdrawLinks } from '../links/index.ts'
import * as merges from './repository.ts'

/**
 * Makes final what was merged into an account, in the caller's transaction, which gives it to somebody who may not be who
 * merged: nobody takes it apart any more, and every client knows the account by its own subject. Else whoever made an account
 * with another's address and merged their own into it could take back, one day, what its owner did as them (pre-hijacking).
 */
export async function settleMergesInto(tx: Db, at: Date, userId: string): Promise<void> {
  const away = await merges.listAwayIn(tx, userId)
  for (const id of away) await withdrawLinks(tx, at, id, ['undo-merge'])
  await merges.settle(tx, userId, at)
  await hastenDeletion(tx, away, at)
  await forgetKeptSubjects(tx, userId)
}
