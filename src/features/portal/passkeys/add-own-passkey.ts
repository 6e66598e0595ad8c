import { browserOf, browserText } from '../../../lib/browser.ts'
import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { firstRecoveryCodes } from '../../factors/index.ts'
import {
  addPasskey,
  type KeyPurpose,
  type Passkey,
  type Place,
  type RegistrationResponse,
  verifyRegistration,
} from '../../passkeys/index.ts'
import type { Parts } from '../parts.ts'
import { holdLiveSession } from '../visit/live-session.ts'

interface Adding {
  userId: string
  /** In which they ask, by its own name or the one it has at a client; that their sign-in is recent was asked before. */
  session: string
  /** Null: as the browser it is made in. */
  name: string | null
  response: RegistrationResponse
  place: Place
}

export interface Added {
  passkey: Passkey
  /** Shown this once; null where there are some already, or none are needed. */
  recoveryCodes: string[] | null
}

/**
 * Lets a passkey that was made a moment ago open the account of who is signed in, or a security key prove them, in a session that
 * is still alive when this commits. With a security key come recovery codes, for who has none: it can be lost.
 *
 * @throws passkey_refused, authenticator_not_allowed, security_key_synced (403): see `verifyRegistration`.
 * @throws passkey_known, passkeys_full (409)
 * @throws session_ended (401)
 */
export async function addOwnPasskey(
  app: Pick<Parts, 'config' | 'db' | 'clock' | 'settings'>,
  by: By,
  { userId, session, name, response, place }: Adding,
): Promise<Added> {
  const key = await verifyRegistration(app, { userId, session }, response, place)
  return transaction(app.db, async (tx) => {
    await holdLiveSession(tx, { userId, session })
    const at = app.clock.now()
    const passkey = await addPasskey(tx, at, by, { userId, name: name ?? usualName(by, key.purpose), key })
    const isFactor = passkey.purpose === 'security-key'
    const recoveryCodes = isFactor ? await firstRecoveryCodes(app, tx, at, by, userId) : null
    return { passkey, recoveryCodes }
  })
}

/** A passkey lives where it was made; a security key is carried about. */
const usualName = ({ origin }: By, purpose: KeyPurpose): string =>
  purpose === 'security-key' ? 'Security key' : browserName(origin?.userAgent ?? '')

const browserName = (userAgent: string): string =>
  (browserText(browserOf(userAgent)) || 'Passkey').slice(0, 100)
