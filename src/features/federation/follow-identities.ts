import type { Db } from '../../platform/app.ts'
import * as requests from './requests/repository.ts'
import * as signIns from './sign-ins/repository.ts'
import * as tokens from './tokens/repository.ts'

/**
 * Lets what is kept of sign-ins elsewhere follow identities that went from one person to another, in the caller's transaction.
 * What the one was about to link is not linked any more.
 */
export async function followIdentities(tx: Db, at: Date, from: string): Promise<void> {
  await requests.endOfUser(tx, from, at)
  await signIns.followIdentities(tx, from)
  await tokens.followIdentities(tx, from)
}
