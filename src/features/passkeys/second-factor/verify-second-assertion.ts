import type { App } from '../../../platform/app.ts'
import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { useChallenge } from '../challenges/challenges.ts'
import { challengeIn } from '../client-data.ts'
import type { Passkey } from '../passkey.ts'
import type { Place } from '../relying-party.ts'
import * as passkeys from '../repository.ts'
import type { SecondAssertionResponse } from '../schema.ts'
import { type Signed, verifySigned } from '../sign-in/signed.ts'
import type { Unproven } from '../sign-in/verify-assertion.ts'
import type { Second } from './begin-second-assertion.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/** What was proven: that somebody holds a security key, or a passkey, which is more. */
export interface SecondProven extends Signed {
  factor: 'security-key' | 'passkey' | 'synced-passkey'
}

/** Why nothing was; for the audit log, never for the caller. */
export type SecondUnproven = Unproven | 'passkey_of_somebody_else'

/**
 * Verifies a signature by one of a person's own keys, as a second factor of one sign-in (Web Authentication Level 3, section 7.2).
 * Whatever comes of it, the challenge is used up. The counter is judged by `notePasskeyUse` in the transaction of what it proves,
 * where two at one moment cannot both win.
 */
export async function verifySecondAssertion(
  app: Machinery,
  { userId, bound, response, place = 'page' }: Second & { response: SecondAssertionResponse; place?: Place },
): Promise<SecondProven | SecondUnproven> {
  const challenge = challengeIn(response.response.clientDataJSON)
  const good = { purpose: 'second-factor', userId, attemptId: bound } as const
  if (challenge === null || !(await useChallenge(app, challenge, good))) return 'challenge_not_good'
  const passkey = await passkeys.findByCredential(app.db, Buffer.from(response.id, 'base64url'))
  if (!passkey) return 'passkey_unknown'
  if (passkey.userId !== userId) return 'passkey_of_somebody_else'
  if (!isHandleOf(passkey, response)) return 'user_handle_other'
  // A passkey that verified nobody would be told of as more than it did.
  const requireUserVerification = passkey.purpose === 'passkey'
  const signed = await verifySigned(app, { passkey, response, challenge, place, requireUserVerification })
  return signed ? { ...signed, factor: factorOf(signed) } : 'signature_not_good'
}

/** An authenticator that was told which key to use need not say whom it was made for (section 7.2, step 6). */
function isHandleOf({ userHandle }: Passkey, { response }: SecondAssertionResponse): boolean {
  const said = response.userHandle ?? ''
  return said === '' || constantTimeEqual(userHandle, Buffer.from(said, 'base64url'))
}

function factorOf({ passkey, backedUp }: Signed): SecondProven['factor'] {
  if (passkey.purpose === 'security-key') return 'security-key'
  return passkey.backupEligible || backedUp ? 'synced-passkey' : 'passkey'
}
