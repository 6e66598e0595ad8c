import type { Db } from '../../platform/app.ts'
import * as consents from './repository.ts'

/** What of a person's consents became another's. */
export interface MovedConsents {
  /** Rows that moved, live or withdrawn. */
  moved: { clientId: string; scopes: string[] }[]
  /** The other person's, which took in more scopes. */
  widened: { clientId: string; before: string[]; after: string[] }[]
}

/**
 * Makes one person's consents those of another who is the same, in the caller's transaction. Where both let a client have
 * something it has both; where either took it back on the account that stays, it stays taken back.
 */
export async function moveConsents(
  tx: Db,
  { from, to }: { from: string; to: string },
): Promise<MovedConsents> {
  return {
    widened: await consents.widen(tx, { from, to }),
    moved: await consents.giveMissing(tx, { from, to }),
  }
}

/** Gives them back, those withdrawn since as withdrawn. One that was given anew meanwhile is not made narrower. */
export async function returnConsents(
  tx: Db,
  { from, to }: { from: string; to: string },
  { moved, widened }: MovedConsents,
): Promise<void> {
  for (const { clientId, scopes } of moved) await consents.giveBack(tx, { from, to, clientId, scopes })
  for (const one of widened) await consents.narrow(tx, { userId: from, ...one })
}
