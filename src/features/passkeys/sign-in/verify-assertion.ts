import type { App } from '../../../platform/app.ts'
import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { useChallenge } from '../challenges/challenges.ts'
import { challengeIn } from '../client-data.ts'
import { library } from '../library.ts'
import type { Passkey } from '../passkey.ts'
import { acceptedOrigins, relyingPartyId } from '../relying-party.ts'
import * as passkeys from '../repository.ts'
import type { AssertionResponse } from '../schema.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/** A signature that its passkey made a moment ago, for a person whom the device has verified. */
export interface Proven {
  passkey: Passkey
  signCount: number
  backedUp: boolean
}

/** Why there is none; for the audit log, never for the caller. */
export type Unproven = 'challenge_not_good' | 'passkey_unknown' | 'user_handle_other' | 'signature_not_good'

/**
 * Verifies a signature for a sign-in (Web Authentication Level 3, section 7.2). Whatever comes of it, the challenge is used
 * up. Its counter is judged by `notePasskeyUse`, where two at one moment cannot both win.
 */
export async function verifyAssertion(
  app: Machinery,
  attemptId: Buffer,
  response: AssertionResponse,
): Promise<Proven | Unproven> {
  const challenge = challengeIn(response.response.clientDataJSON)
  if (challenge === null || !(await useChallenge(app, challenge, { purpose: 'sign-in', attemptId })))
    return 'challenge_not_good'
  const passkey = await passkeys.findByCredential(app.db, Buffer.from(response.id, 'base64url'))
  if (!passkey) return 'passkey_unknown'
  const handle = Buffer.from(response.response.userHandle, 'base64url')
  if (!constantTimeEqual(passkey.userHandle, handle)) return 'user_handle_other' // section 7.2, step 6
  return (await signed(app, passkey, response, challenge)) ?? 'signature_not_good'
}

async function signed(
  app: Machinery,
  passkey: Passkey,
  response: AssertionResponse,
  expectedChallenge: string,
): Promise<Proven | null> {
  const { verifyAuthenticationResponse } = await library()
  const expectedOrigin = await acceptedOrigins(app)
  const found = await verifyAuthenticationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge,
    expectedOrigin,
    expectedRPID: relyingPartyId(app),
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId.toString('base64url'),
      publicKey: new Uint8Array(passkey.publicKey),
      counter: 0, // judged elsewhere
    },
  }).catch(() => null) // it throws for whatever is wrong with what was sent, and for nothing else
  if (!found?.verified) return null
  const { newCounter, credentialDeviceType, credentialBackedUp } = found.authenticationInfo
  // Whether a passkey may be copied never changes (section 7.2, step 19).
  if ((credentialDeviceType === 'multiDevice') !== passkey.backupEligible) return null
  return { passkey, signCount: newCounter, backedUp: credentialBackedUp }
}
