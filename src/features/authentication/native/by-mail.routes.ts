import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { type PasswordProblem, passwordProblems } from '../../credentials/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { completeReset } from '../recovery/complete-reset.ts'
import { requestReset } from '../recovery/request-reset.ts'
import { resendVerification } from '../verification/request-verification.ts'
import { type Maker, verifyEmail } from '../verification/verify-email.ts'
import { callingClient } from './calling-client.ts'
import { loginOf, ResetPassword, VerifyEmail, WhomToWrite } from './schema.ts'

const Done = z.undefined()

/** The same whether or not there is anybody to write to. */
const Accepted = z.object({ status: z.literal('accepted') })
const accepted = { status: 202, body: { status: 'accepted' } }

/** What goes by a mailed link: a forgotten password, and the proof of an address. */
export const byMailRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/password/forgot',
    summary: 'Mail a link to a new password to whoever this is',
    access: 'public',
    namesClient: true,
    limit: 'recovery',
    body: WhomToWrite,
    reply: { 202: Accepted },
    async handle({ by, body, authorization }) {
      await callingClient(parts, by, { authorization, body })
      await requestReset(parts, by, { login: loginOf(body), proof: body.proof ?? null })
      return accepted
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/password/reset',
    summary: 'Choose a new password by a mailed link; everything signed in ends',
    access: 'public',
    namesClient: true,
    body: ResetPassword,
    reply: { 204: Done },
    async handle({ by, body, authorization }) {
      await callingClient(parts, by, { authorization, body })
      const { token, new_password: password } = body
      refusePassword(await completeReset(parts, by, { token, password }))
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/email/verify',
    summary: 'Prove an address by a mailed link',
    access: 'public',
    namesClient: true,
    body: VerifyEmail,
    reply: { 204: Done },
    async handle({ by, body, authorization }) {
      await callingClient(parts, by, { authorization, body })
      const maker = await makerOf(parts, by, body, authorization)
      refusePassword(await verifyEmail(parts, by, { token: body.token, maker }))
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/email/verify/resend',
    summary: 'Mail the link that proves an address once more',
    access: 'public',
    namesClient: true,
    limit: 'recovery',
    body: WhomToWrite,
    reply: { 202: Accepted },
    async handle({ by, body, authorization }) {
      await callingClient(parts, by, { authorization, body })
      await resendVerification(parts, by, { login: loginOf(body), proof: body.proof ?? null })
      return accepted
    },
  }),
]

/** How who sends the link shows that the account is theirs: its password, a new one, or an access token beside it. */
async function makerOf(
  parts: Parts,
  by: By,
  { password, new_password: newPassword }: z.infer<typeof VerifyEmail>,
  authorization: string,
): Promise<Maker> {
  if (password !== undefined) return { password }
  if (newPassword !== undefined) return { newPassword }
  const caller = /^(?:bearer|dpop) /i.test(authorization)
    ? await parts.oidc.callerOf(authorization, by.origin)
    : null
  if (caller && !caller.firstParty) throw errors.not_first_party()
  return caller && { userId: caller.userId }
}

/** @throws password_refused (422): the link stays good. */
function refusePassword(problem: PasswordProblem | null): void {
  if (problem === null) return
  const detail = passwordProblems[problem]
  throw errors.password_refused({
    detail,
    fields: [{ field: 'new_password', detail }],
    members: { problem },
  })
}
