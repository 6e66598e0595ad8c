import { browserOf, browserText } from '../../../lib/browser.ts'
import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import {
  addPasskey,
  type Passkey,
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
}

/**
 * Lets a passkey that was made a moment ago open the account of who is signed in, in a session that is still alive when this
 * commits.
 *
 * @throws passkey_refused (403): see `verifyRegistration`.
 * @throws passkey_known, passkeys_full (409)
 * @throws session_ended (401)
 */
export async function addOwnPasskey(
  app: Pick<Parts, 'config' | 'db' | 'clock' | 'settings'>,
  by: By,
  { userId, session, name, response }: Adding,
): Promise<Passkey> {
  const key = await verifyRegistration(app, { userId, session }, response)
  return transaction(app.db, async (tx) => {
    await holdLiveSession(tx, { userId, session })
    return addPasskey(tx, app.clock.now(), by, { userId, name: name ?? usualName(by), key })
  })
}

const usualName = ({ origin }: By): string =>
  (browserText(browserOf(origin?.userAgent ?? '')) || 'Passkey').slice(0, 100)
