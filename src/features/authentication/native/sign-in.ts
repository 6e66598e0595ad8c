import type { By } from '../../../platform/app.ts'
import { networkOf } from '../../../platform/limits/index.ts'
import { subjectOf } from '../../accounts/index.ts'
import type { NativeTokens, PresentedClient } from '../../oidc/index.ts'
import { acrOf, amrOf, type Factor } from '../factors.ts'
import { provePassword } from '../login/prove-password.ts'
import type { Parts } from '../parts.ts'

interface Asked {
  client: PresentedClient
  login: string
  password: string
  scope: string | undefined
}

/**
 * Signs somebody in at one of our own applications by what they typed into it.
 *
 * @throws what `provePassword` throws, and what issuing does (`Native.issue`).
 */
export async function signIn(parts: Parts, by: By, asked: Asked): Promise<NativeTokens> {
  const { client, login, password, scope } = asked
  const at = parts.clock.now() // from before the password is looked at: changed meanwhile, it opens nothing any more
  const user = await provePassword(parts, by, { login, password, clientId: client.id }, async () => undefined)
  // The limit was taken before the password was looked at, so that a flood cannot outrun it; it counts failures.
  await parts.limits.giveBack('sign-in', networkOf(by.origin?.ip ?? ''))
  return begin(parts, by, { client, scope, userId: user.id, at, proven: ['password'] })
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
  },
): Promise<NativeTokens> {
  const { client, scope, userId, at, proven } = given
  if (!by.origin) throw new Error('a sign-in came from nowhere')
  const subject = await subjectOf(parts.db, userId)
  const login = { subject, at, acr: acrOf(proven), amr: amrOf(proven) }
  return parts.oidc.native.issue({ origin: by.origin, client, scope, login })
}
