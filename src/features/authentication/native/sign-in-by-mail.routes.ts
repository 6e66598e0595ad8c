import { endpoint, type Route } from '../../../platform/http/index.ts'
import { levelAsked } from '../../admission/index.ts'
import { demandScope } from '../../oidc/index.ts'
import type { Parts } from '../parts.ts'
import { enterByCode } from '../sign-in-by-mail/enter-by-mail.ts'
import { holderOfHandle, holdInApplication } from '../sign-in-by-mail/holder.ts'
import { demandOffered } from '../sign-in-by-mail/offered.ts'
import { mailSeconds, requestSignInMail } from '../sign-in-by-mail/request-sign-in-mail.ts'
import { callingClient } from './calling-client.ts'
import { CodeByMail, loginOf, MailUnderWay, SignedIn, WhomToWrite } from './schema.ts'
import { begin } from './sign-in.ts'

/** Signing in by a code that is mailed, for our own applications. The link of the letter is for browsers and good in none. */
export const signInByMailRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/by-mail/start',
    summary: 'Mail a code to sign in by to whoever this is',
    access: 'public',
    namesClient: true,
    limit: 'recovery',
    body: WhomToWrite,
    reply: { 202: MailUnderWay },
    async handle({ by, body, authorization }) {
      const { id: clientId } = await callingClient(parts, by, { authorization, body })
      await demandOffered(parts)
      const { handle, holderHash } = holdInApplication()
      const asking = { login: loginOf(body), proof: body.proof ?? null }
      await requestSignInMail(parts, by, { ...asking, holderHash, clientId })
      return { status: 202, body: { handle, expires_in: mailSeconds } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/by-mail/verify',
    summary: 'Sign in with a code that was mailed, for our own applications',
    access: 'public',
    namesClient: true,
    body: CodeByMail,
    reply: { 200: SignedIn },
    async handle({ by, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      await demandOffered(parts)
      const { handle, code, scope, device_token: device = null } = body
      demandScope(client.metadata, scope)
      const holderHash = holderOfHandle(handle)
      const returning = { holderHash, clientId: client.id, makerId: null, code } // no application is known to have made it
      const entered = await enterByCode(parts, by, returning, async () => undefined)
      const asked = { client, scope, asked: levelAsked(body.acr_values), device }
      const tokens = await begin(parts, by, asked, { ...entered, factor: 'mail' })
      return { status: 200, body: tokens }
    },
  }),
]
