import type { App } from '../../platform/app.ts'
import type { User } from '../accounts/index.ts'
import { type Passkey, userHandleOf } from './passkey.ts'
import { namesOf } from './registration/begin-registration.ts'
import { relyingPartyId } from './relying-party.ts'

type Keys = Pick<App, 'config'>

/** How somebody is called now, for whoever keeps their passkeys (Web Authentication Level 3, section 5.1.10.3). */
export interface OwnerSignal {
  rpId: string
  userId: string
  name: string
  displayName: string
}

export const ownerSignal = (
  app: Keys,
  user: Pick<User, 'id' | 'email' | 'username' | 'name'>,
): OwnerSignal => ({
  ...{ rpId: relyingPartyId(app), userId: userHandleOf(user.id).toString('base64url') },
  ...namesOf(user),
})

/** All credentials that are good for one user handle: others may be forgotten (section 5.1.10.2). */
export interface AcceptedSignal {
  rpId: string
  userId: string
  credentialIds: string[]
}

/**
 * One for the person, though they have none left, and one for each account of theirs that was merged into this one. Security keys
 * too: some authenticators keep them like passkeys, and what is missing here they delete.
 */
export function acceptedSignals(app: Keys, userId: string, keys: readonly Passkey[]): AcceptedSignal[] {
  const own = userHandleOf(userId)
  const byHandle = new Map<string, string[]>([[own.toString('base64url'), []]])
  for (const { userHandle, credentialId } of keys) {
    const handle = userHandle.toString('base64url')
    byHandle.set(handle, [...(byHandle.get(handle) ?? []), credentialId.toString('base64url')])
  }
  return [...byHandle].map(([handle, credentialIds]) => ({
    ...{ rpId: relyingPartyId(app), userId: handle, credentialIds },
  }))
}
