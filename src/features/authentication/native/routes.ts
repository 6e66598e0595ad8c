import { z } from 'zod'

import type { Caller } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { levelAsked } from '../../admission/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { forgetRememberedFactors } from '../../devices/index.ts'
import { demandScope, NativeTokens } from '../../oidc/index.ts'
import { withdrawLinks } from '../../links/index.ts'
import { endSessionsOfUser, signOutAtClient } from '../../sessions/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { changePassword } from '../password/change-password.ts'
import { byMailRoutes } from './by-mail.routes.ts'
import { callingClient } from './calling-client.ts'
import { enrolRoutes } from './enrol.routes.ts'
import { federatedRoutes } from './federated.routes.ts'
import { registerAndBegin } from './register.ts'
import { lostFactorRoutes } from './lost-factor.routes.ts'
import { mfaRoutes } from './mfa.routes.ts'
import { ChangePassword, Login, loginOf, Pending, Refresh, Register, SignedIn } from './schema.ts'
import { passkeyRoutes } from './passkey.routes.ts'
import { signInByMailRoutes } from './sign-in-by-mail.routes.ts'
import { signIn } from './sign-in.ts'

const Done = z.undefined()

/**
 * The native API: for applications of our own whose people sign in without a browser (in the sense of OAuth 2.0 for
 * First-Party Applications). The same use cases as the pages; what is issued comes from the provider.
 */
export const routes = (parts: Parts): Route[] => [
  ...signInRoutes(parts),
  ...signedInRoutes(parts),
  ...byMailRoutes(parts),
  ...signInByMailRoutes(parts),
  ...passkeyRoutes(parts),
  ...federatedRoutes(parts),
  ...mfaRoutes(parts),
  ...enrolRoutes(parts),
  ...lostFactorRoutes(parts),
]

/** Nobody is signed in yet. */
const signInRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/register',
    summary: 'Create an account and sign in, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'register',
    body: Register,
    reply: { 201: z.union([SignedIn, Pending]) },
    async handle({ by, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      const { email, username = null, name = null, password, locale, scope, proof = null } = body
      demandScope(client.metadata, scope)
      const newcomer = { email, username, name, password, language: locale }
      const device = body.device_token ?? null
      const tokens = await registerAndBegin(parts, by, { client, scope, newcomer, device, proof })
      return { status: 201, body: tokens ?? { status: 'pending' } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/login',
    summary: 'Sign in with a password, for our own applications',
    access: 'public',
    namesClient: true,
    body: Login,
    reply: { 200: SignedIn },
    async handle({ by, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      const { password, scope, device_token: device = null, proof = null } = body
      demandScope(client.metadata, scope)
      const typed = { login: loginOf(body), password, clientId: client.id, device, proof }
      return {
        status: 200,
        body: await signIn(parts, by, { ...typed, client, scope, asked: levelAsked(body.acr_values) }),
      }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/refresh',
    summary: 'Exchange a refresh token, for our own applications',
    access: 'public',
    namesClient: true,
    body: Refresh,
    reply: { 200: NativeTokens },
    async handle({ by, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      if (!by.origin) throw new Error('a request came from nowhere')
      const { refresh_token: refreshToken, scope, device_token: device } = body
      const asked = { origin: by.origin, client, refreshToken, scope, device }
      const tokens = await parts.oidc.native.refresh(asked)
      return { status: 200, body: tokens }
    },
  }),
]

/** Somebody is, and shows their access token. */
const signedInRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/logout',
    summary: 'Sign out of the session of this access token',
    access: 'signed-in',
    reply: { 204: Done },
    async handle({ caller }) {
      demandFirstParty(caller)
      await transaction(parts.db, (tx) => signOutAtClient(tx, parts.clock.now(), caller, caller.sessionId))
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/logout-all',
    summary: 'Sign out everywhere, offline access included',
    access: 'signed-in',
    reply: { 204: Done },
    async handle({ caller }) {
      demandFirstParty(caller)
      const { userId } = caller
      await transaction(parts.db, async (tx) => {
        const at = parts.clock.now()
        await withdrawLinks(tx, at, userId, ['change-email', 'sign-in']) // whoever is shut out may have asked for it
        await endSessionsOfUser(parts, tx, caller, userId, 'ended_by_owner')
        await forgetRememberedFactors(tx, userId) // the laptop that was lost, too
      })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/password/change',
    summary: 'Change my password and sign out everywhere else',
    access: 'signed-in',
    signedInWithin: recentSignInSeconds,
    body: ChangePassword,
    reply: { 204: Done },
    async handle({ caller, body }) {
      demandFirstParty(caller)
      const { userId, sessionId } = caller
      const change = { current: body.current_password, next: body.new_password }
      await changePassword(parts, caller, { userId, session: { sid: sessionId } }, change)
      return { status: 204 }
    },
  }),
]

/** @throws not_first_party (403): what a person does with their account is not lent to other people's applications. */
function demandFirstParty({ firstParty }: Caller): void {
  if (!firstParty) throw errors.not_first_party()
}
