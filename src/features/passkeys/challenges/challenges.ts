import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { randomToken, sha256 } from '../../../platform/crypto/index.ts'
import * as challenges from './repository.ts'
import type { Bound } from './repository.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/** Seconds a person has to unlock their device (Web Authentication Level 3, section 15.1, recommends five to ten minutes). */
export const challengeSeconds = 5 * 60

/** Something to sign, for whom and what it is bound to. */
export async function beginChallenge(app: Machinery, bound: Bound): Promise<string> {
  const challenge = randomToken()
  const at = app.clock.now()
  const expiresAt = secondsAfter(at, challengeSeconds)
  await challenges.insert(app.db, { hash: sha256(challenge), bound, at, expiresAt })
  return challenge
}

/**
 * Uses a challenge up before anything signed is looked at, so that what fails cannot be tried again. True for exactly one of
 * any number of concurrent callers; false for one of somebody or something else, which stays good there.
 */
export const useChallenge = (app: Machinery, challenge: string, bound: Bound): Promise<boolean> =>
  challenges.use(app.db, { hash: sha256(challenge), bound, at: app.clock.now() })
