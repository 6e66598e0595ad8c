import type { App } from '../../../platform/app.ts'
import { accountErrors, findUser, type User } from '../../accounts/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { beginChallenge, challengeSeconds } from '../challenges/challenges.ts'
import { userHandleOf } from '../passkey.ts'
import { algorithms, relyingPartyId } from '../relying-party.ts'
import * as passkeys from '../repository.ts'
import type { RegistrationOptions } from '../schema.ts'

/** Who makes a passkey, and in which session, by its own name or the one it has at a client. */
export interface Registering {
  userId: string
  session: string
}

/**
 * What a browser is asked for: a key that its owner finds without typing a name, on a device that asks for a PIN or a body
 * part, and that is none of those they have. No attestation: which devices people own is theirs to choose, and not ours to
 * know (Web Authentication Level 3, section 5.4.7).
 */
export async function beginRegistration(
  app: Pick<App, 'config' | 'db' | 'clock'> & WithSettings,
  { userId, session }: Registering,
): Promise<RegistrationOptions> {
  const user = await findUser(app.db, userId)
  if (!user) throw accountErrors.user_not_found()
  const known = await passkeys.list(app.db, userId)
  const { name } = await app.settings.get('brand')
  return {
    rp: { id: relyingPartyId(app), name },
    user: { id: userHandleOf(userId).toString('base64url'), ...namesOf(user) },
    challenge: await beginChallenge(app, { purpose: 'registration', userId, session }),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeSeconds * 1000,
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      ...{ type: 'public-key', id: credentialId.toString('base64url'), transports },
    })),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  }
}

/** How a person tells their accounts apart where their device lists them; it stays there. */
function namesOf({ email, username, name }: User): { name: string; displayName: string } {
  const login = email ?? username ?? name ?? ''
  return { name: login, displayName: name ?? login }
}
