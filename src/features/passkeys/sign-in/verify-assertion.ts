import type { App } from '../../../platform/app.ts'
import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { useChallenge } from '../challenges/challenges.ts'
import { challengeIn } from '../client-data.ts'
import type { Place } from '../relying-party.ts'
import * as passkeys from '../repository.ts'
import type { AssertionResponse } from '../schema.ts'
import { type Signed, verifySigned } from './signed.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/** A signature that its passkey made a moment ago, for a person whom the device has verified. */
export type Proven = Pick<Signed, 'passkey' | 'signCount' | 'backedUp'>

/** Why there is none; for the audit log, never for the caller. */
export type Unproven = 'challenge_not_good' | 'passkey_unknown' | 'user_handle_other' | 'signature_not_good'

/**
 * Verifies a signature for a sign-in (Web Authentication Level 3, section 7.2). Whatever comes of it, the challenge is used
 * up. A security key is none of the keys that are looked for, whatever its authenticator says it verified. Its counter is judged
 * by `notePasskeyUse`, where two at one moment cannot both win.
 */
export async function verifyAssertion(
  app: Machinery,
  attemptId: Buffer,
  response: AssertionResponse,
  place: Place = 'page',
): Promise<Proven | Unproven> {
  const challenge = challengeIn(response.response.clientDataJSON)
  if (challenge === null || !(await useChallenge(app, challenge, { purpose: 'sign-in', attemptId })))
    return 'challenge_not_good'
  const passkey = await passkeys.findByCredential(app.db, Buffer.from(response.id, 'base64url'))
  if (passkey?.purpose !== 'passkey') return 'passkey_unknown'
  const handle = Buffer.from(response.response.userHandle, 'base64url')
  if (!constantTimeEqual(passkey.userHandle, handle)) return 'user_handle_other' // section 7.2, step 6
  const asked = { passkey, response, challenge, place, requireUserVerification: true }
  return (await verifySigned(app, asked)) ?? 'signature_not_good'
}
