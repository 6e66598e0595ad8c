import type { App } from '../../../platform/app.ts'
import { accountErrors, findUser, type User } from '../../accounts/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { readPolicy } from '../attestation/policy.ts'
import { beginChallenge, challengeSeconds } from '../challenges/challenges.ts'
import { type KeyPurpose, userHandleOf } from '../passkey.ts'
import { algorithms, relyingPartyId } from '../relying-party.ts'
import * as passkeys from '../repository.ts'
import type { RegistrationOptions } from '../schema.ts'

/** Who makes a key, and in which session, by its own name or the one it has at a client. */
export interface Registering {
  userId: string
  session: string
}

/** What the authenticator is asked for, and for what purpose the challenge is good. */
const wanted = {
  passkey: {
    purpose: 'registration',
    selection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  },
  'security-key': {
    purpose: 'security-key',
    selection: {
      authenticatorAttachment: 'cross-platform',
      residentKey: 'discouraged',
      requireResidentKey: false,
      userVerification: 'discouraged',
    },
  },
} as const satisfies Record<KeyPurpose, object>

/**
 * What a browser is asked for: a passkey, which its owner finds without typing a name, on a device that asks for a PIN or a body
 * part; or a security key, which asks for a touch. None of those they have, of either kind: one that is both would be counted as
 * two. No attestation, unless a policy wants one: which devices people own is theirs to choose, and not ours to know (Web
 * Authentication Level 3, section 5.4.7).
 */
export async function beginRegistration(
  app: Pick<App, 'config' | 'db' | 'clock'> & WithSettings,
  { userId, session }: Registering,
  kind: KeyPurpose = 'passkey',
): Promise<RegistrationOptions> {
  const user = await findUser(app.db, userId)
  if (!user) throw accountErrors.user_not_found()
  const known = await passkeys.list(app.db, userId)
  const { name } = await app.settings.get('brand')
  const { purpose, selection } = wanted[kind]
  const policy = await readPolicy(app)
  return {
    rp: { id: relyingPartyId(app), name },
    user: { id: userHandleOf(userId).toString('base64url'), ...namesOf(user) },
    challenge: await beginChallenge(app, { purpose, userId, session }),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeSeconds * 1000,
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      ...{ type: 'public-key', id: credentialId.toString('base64url'), transports },
    })),
    authenticatorSelection: selection,
    attestation: policy === null ? 'none' : 'direct',
  }
}

/** How a person tells their accounts apart where their device lists them; it stays there. */
export function namesOf({ email, username, name }: Pick<User, 'email' | 'username' | 'name'>): {
  name: string
  displayName: string
} {
  const login = email ?? username ?? name ?? ''
  return { name: login, displayName: name ?? login }
}
