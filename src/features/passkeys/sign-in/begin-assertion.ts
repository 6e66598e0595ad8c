import type { App } from '../../../platform/app.ts'
import { beginChallenge, challengeSeconds } from '../challenges/challenges.ts'
import { relyingPartyId } from '../relying-party.ts'
import type { AssertionOptions } from '../schema.ts'

/** What a browser is asked for to sign somebody in, whoever it may be, bound to the sign-in that waits. */
export const beginAssertion = async (
  app: Pick<App, 'config' | 'db' | 'clock'>,
  attemptId: Buffer,
): Promise<AssertionOptions> => ({
  challenge: await beginChallenge(app, { purpose: 'sign-in', attemptId }),
  rpId: relyingPartyId(app),
  timeout: challengeSeconds * 1000,
  userVerification: 'required',
})
