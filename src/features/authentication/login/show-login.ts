import type { Context } from 'koa'

import type { PageReply } from '../../../platform/http/index.ts'
import { providersShown } from '../federated/providers-shown.ts'
import type { FormProblem } from '../form-problem.ts'
import { relyingPartyId } from '../../passkeys/index.ts'
import type { Parts } from '../parts.ts'
import { isOffered } from '../sign-in-by-mail/offered.ts'
import { type StepCall, stepPage } from '../step.ts'

/** Told of an account whose address is not confirmed yet: the page offers another link. */
export const unverified = 'problems.email_unverified'

export interface Shown {
  login: string
  problem?: FormProblem
  /** The credential that this browser has just sent, and that is nobody's. */
  unknownPasskey?: string | null
}

/** The form of a sign-in, with every other way in beside it. */
export async function showLogin(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  shown: Shown,
): Promise<PageReply> {
  const { uid } = call.interaction
  return stepPage(parts, ctx, call, {
    view: 'authentication/login',
    status: shown.problem?.status ?? 200,
    locals: {
      action: `/interaction/${uid}/login`,
      login: shown.login,
      problem: shown.problem?.key ?? null,
      proof: shown.problem?.members ?? null,
      passkeyAction: `/interaction/${uid}/passkey`,
      unknownPasskey: unknownShown(parts, shown),
      providers: await providersShown(parts),
      federationAction: `/interaction/${uid}/federation`,
      ...(await otherWays(parts, uid)),
      forgotUrl: `/interaction/${uid}/forgot`,
      resendAction: shown.problem?.key === unverified ? '/verify-email' : null,
      cancelAction: `/interaction/${uid}/cancel`,
    },
  })
}

const unknownShown = (parts: Parts, { unknownPasskey = null }: Shown) =>
  unknownPasskey === null ? null : { rpId: relyingPartyId(parts), credentialId: unknownPasskey }

/** What an operator offers besides, or does not. */
async function otherWays(
  parts: Parts,
  uid: string,
): Promise<{ registerUrl: string | null; byMailUrl: string | null }> {
  const mode = await parts.settings.get('registration.mode')
  return {
    registerUrl: mode === 'open' ? `/interaction/${uid}/register` : null,
    byMailUrl: (await isOffered(parts)) ? `/interaction/${uid}/by-mail` : null,
  }
}
