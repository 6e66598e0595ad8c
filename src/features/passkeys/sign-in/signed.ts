import type { App } from '../../../platform/app.ts'
import type { WithSettings } from '../../settings/index.ts'
import { library } from '../library.ts'
import type { Passkey } from '../passkey.ts'
import { acceptedOrigins, type Place, relyingPartyId } from '../relying-party.ts'
import type { SecondAssertionResponse } from '../schema.ts'

/** A signature that its key made a moment ago. */
export interface Signed {
  passkey: Passkey
  signCount: number
  backedUp: boolean
  /** The device has verified who holds it. */
  userVerified: boolean
}

interface Asked {
  passkey: Passkey
  response: SecondAssertionResponse
  challenge: string
  place: Place
  requireUserVerification: boolean
}

/**
 * Whether a key signed this challenge, at a place of ours, with somebody there (Web Authentication Level 3, section 7.2, steps 11
 * to 21). Null when anything is wrong.
 */
export async function verifySigned(
  app: Pick<App, 'config'> & WithSettings,
  { passkey, response, challenge, place, requireUserVerification }: Asked,
): Promise<Signed | null> {
  const { verifyAuthenticationResponse } = await library()
  const expectedOrigin = await acceptedOrigins(app, place)
  const { userHandle, ...signed } = response.response
  const found = await verifyAuthenticationResponse({
    response: {
      ...response,
      response: { ...signed, ...(userHandle && { userHandle }) },
      clientExtensionResults: {},
    },
    expectedChallenge: challenge,
    expectedOrigin,
    expectedRPID: relyingPartyId(app),
    requireUserVerification,
    credential: {
      id: passkey.credentialId.toString('base64url'),
      publicKey: new Uint8Array(passkey.publicKey),
      counter: 0, // judged elsewhere
    },
  }).catch(() => null) // it throws for whatever is wrong with what was sent, and for nothing else
  if (!found?.verified) return null
  const { newCounter, credentialDeviceType, credentialBackedUp, userVerified } = found.authenticationInfo
  // Whether a passkey may be copied never changes (section 7.2, step 19).
  if ((credentialDeviceType === 'multiDevice') !== passkey.backupEligible) return null
  return { passkey, signCount: newCounter, backedUp: credentialBackedUp, userVerified }
}
