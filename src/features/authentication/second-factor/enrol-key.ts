import { browserOf, browserText } from '../../../lib/browser.ts'
import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { firstRecoveryCodes } from '../../factors/index.ts'
import {
  addPasskey,
  type Place,
  type RegistrationResponse,
  verifyRegistration,
} from '../../passkeys/index.ts'
import { recordProof } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Factor } from '../factors.ts'
import type { Parts } from '../parts.ts'
import { standsStill } from './prove-second.ts'
import { boundTo } from './shown.ts'

interface Adding {
  attemptId: Buffer
  userId: string
  provenAt: Date
  response: RegistrationResponse
}

/**
 * Adds a passkey or security key that was made for this sign-in a moment ago, which is the proof of it as well. With a security key
 * come recovery codes, for who has none, shown this once.
 *
 * @throws passkey_refused, authenticator_not_allowed, security_key_synced (403): see `verifyRegistration`.
 * @throws passkey_known, passkeys_full (409)
 * @throws mfa_token_invalid (401): everything of the person was ended meanwhile.
 */
export async function addKey(
  parts: Pick<Parts, 'clock' | 'config' | 'db' | 'settings'>,
  by: By,
  { attemptId, userId, provenAt, response }: Adding,
  place: Place = 'page',
): Promise<string[] | null> {
  const key = await verifyRegistration(parts, { userId, session: boundTo(attemptId) }, response, place)
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  return transaction(parts.db, async (tx) => {
    const at = parts.clock.now()
    if (!(await standsStill(tx, { userId, provenAt }))) throw errors.mfa_token_invalid()
    const isKey = key.purpose === 'security-key'
    const name = isKey ? 'Security key' : browserName(by)
    const { id } = await addPasskey(tx, at, self, { userId, name, key })
    const synced: Factor = key.backupEligible ? 'synced-passkey' : 'passkey'
    const factor: Factor = isKey ? 'security-key' : synced
    await recordProof(tx, at, attemptId, { userId, factor, details: { passkeyId: id } })
    return isKey ? firstRecoveryCodes(parts, tx, at, self, userId) : null
  })
}

/** A passkey lives where it was made. */
const browserName = ({ origin }: By): string =>
  (browserText(browserOf(origin?.userAgent ?? '')) || 'Passkey').slice(0, 100)
