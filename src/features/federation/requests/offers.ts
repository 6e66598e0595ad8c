import { secondsAfter } from '../../../lib/clock.ts'
import type { App, Db } from '../../../platform/app.ts'
import * as requests from './repository.ts'
import type { Identity } from './repository.ts'

/** Seconds in which somebody may sign in here and take an identity that is nobody's yet. */
const offerSeconds = 900

/** An identity that was proven in a sign-in and belongs to nobody here. */
export interface Offer {
  providerId: string
  identity: Identity
}

/** Remembers, for this sign-in alone, that its person may link an identity to the account they sign in to. */
export const makeOffer = (tx: Db, at: Date, { id, ...identity }: Identity & { id: string }): Promise<void> =>
  requests.offer(tx, { id, ...identity, at, expiresAt: secondsAfter(at, offerSeconds) })

/** What waits for the person of a sign-in to be linked; looking does not use it up. */
export async function findOffer(app: Pick<App, 'clock' | 'db'>, attemptId: Buffer): Promise<Offer | null> {
  const found = await requests.findOffer(app.db, attemptId, app.clock.now())
  return found?.expected ? { providerId: found.providerId, identity: found.expected } : null
}

/** Takes the offer, for one of any number of concurrent callers: it is linked now, or not at all. */
export async function takeOffer(db: Db, at: Date, attemptId: Buffer): Promise<Offer | null> {
  const found = await requests.takeOffer(db, attemptId, at)
  return found?.expected ? { providerId: found.providerId, identity: found.expected } : null
}
