import type { Db } from '../../platform/app.ts'
import * as requests from './requests/repository.ts'
import * as signIns from './sign-ins/repository.ts'
import * as tokens from './tokens/repository.ts'

interface Move {
  from: string
  to: string
}

/**
 * Lets what is kept of sign-ins elsewhere go to another person with the sessions and identities, in the caller's transaction.
 * What the one was about to link is not linked any more.
 */
export async function moveUpstream(tx: Db, at: Date, move: Move): Promise<void> {
  await requests.endOfUser(tx, move.from, at)
  await signIns.giveAll(tx, move)
  await tokens.followIdentities(tx, move.from)
}

/** Lets it go back with those sessions and identities that went back. */
export async function returnUpstream(tx: Db, at: Date, move: Move): Promise<void> {
  await requests.endOfUser(tx, move.from, at)
  await signIns.followBack(tx, move)
  await tokens.followIdentities(tx, move.from)
}
