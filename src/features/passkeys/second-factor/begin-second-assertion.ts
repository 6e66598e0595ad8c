import type { App } from '../../../platform/app.ts'
import { beginChallenge, challengeSeconds } from '../challenges/challenges.ts'
import { relyingPartyId } from '../relying-party.ts'
import * as passkeys from '../repository.ts'
import type { SecondAssertionOptions } from '../schema.ts'

/** Whose second factor is owed. */
export interface Second {
  userId: string
  /** What the sign-in is stored under: what is signed is good for that sign-in alone. */
  bound: Buffer
}

/**
 * What a browser is asked for to prove a person a second time: any of their keys. It names them, since security keys do not know
 * whom they are for; so only who has proven a first factor is told. Security keys need not verify anybody, the first factor
 * did; a passkey does, as always.
 */
export async function beginSecondAssertion(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  { userId, bound }: Second,
): Promise<SecondAssertionOptions> {
  const keys = await passkeys.list(app.db, userId)
  const any = keys.some(({ purpose }) => purpose === 'passkey')
  return {
    challenge: await beginChallenge(app, { purpose: 'second-factor', userId, attemptId: bound }),
    rpId: relyingPartyId(app),
    timeout: challengeSeconds * 1000,
    allowCredentials: keys.map(({ credentialId, transports }) => ({
      ...{ type: 'public-key', id: credentialId.toString('base64url'), transports },
    })),
    userVerification: any ? 'preferred' : 'discouraged',
  }
}
