import type { By } from '../../../platform/app.ts'
import { subjectOf } from '../../accounts/index.ts'
import type { PresentedClient } from '../../oidc/index.ts'
import { acrOf, amrOf, type Factor } from '../factors.ts'
import { provePassword, type TypedLogin } from '../login/prove-password.ts'
import type { Parts } from '../parts.ts'
import type { SignedIn } from './schema.ts'

interface Asked extends TypedLogin {
  client: PresentedClient
  scope: string | undefined
}

/**
 * Signs somebody in at one of our own applications by what they typed into it.
 *
 * @throws what `provePassword` throws, and what issuing does (`Native.issue`).
 */
export async function signIn(parts: Parts, by: By, { client, scope, ...typed }: Asked): Promise<SignedIn> {
  const at = parts.clock.now() // from before the password is looked at: changed meanwhile, it opens nothing any more
  const { user, device } = await provePassword(parts, by, typed, async () => undefined)
  return begin(parts, by, { client, scope, userId: user.id, at, proven: ['password'], device })
}

/** Begins the session of somebody who has proven who they are. */
export async function begin(
  parts: Parts,
  by: By,
  given: {
    client: PresentedClient
    scope: string | undefined
    userId: string
    at: Date
    proven: readonly Factor[]
    /** What this device presents from now on. */
    device: string
    connection?: string
  },
): Promise<SignedIn> {
  const { client, scope, userId, at, proven, device, connection = null } = given
  if (!by.origin) throw new Error('a sign-in came from nowhere')
  const subject = await subjectOf(parts.db, userId)
  const login = { subject, at, acr: acrOf(proven), amr: amrOf(proven), device, connection }
  const tokens = await parts.oidc.native.issue({ origin: by.origin, client, scope, login })
  return { ...tokens, device_token: device }
}
