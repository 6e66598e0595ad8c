import type { Context } from 'koa'

import { findUserByLogin } from '../../accounts/index.ts'
import { presentedDevice } from '../../devices/index.ts'
import { page, type PageRoute } from '../../../platform/http/index.ts'
import { attemptId, recordProof } from '../attempt.ts'
import { markMaker, markOnward } from '../browser-marks.ts'
import { demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, InteractionParams } from '../step.ts'
import { loginHintOf } from './login-hint.ts'
import { provePassword } from './prove-password.ts'
import { LoginForm } from './schema.ts'
import { showLogin, unverified } from './show-login.ts'

const path = '/interaction/:uid/login'

export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Show the sign-in form',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atInteraction(parts, ctx, params.uid, async (call) =>
        call.interaction.prompt === 'login'
          ? showLogin(parts, ctx, call, { login: await loginHintOf(parts, call.interaction) })
          : resume(parts, ctx, call.interaction),
      ),
  }),

  page({
    method: 'post',
    path,
    summary: 'Sign in with e-mail address or username and password',
    leadsAnywhere: true,
    params: InteractionParams,
    form: LoginForm,
    handle: ({ ctx, by, params, form }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        const { login, password, proof } = form
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          if (login.trim() === '' || password === '')
            return await showLogin(parts, ctx, call, { login, problem: missing })
          const { interaction } = call
          const presented = presentedDevice(parts, ctx)
          await provePassword(
            parts,
            by,
            { login, password, proof, clientId: interaction.clientId, device: presented },
            (tx, at, { user, details }) =>
              recordProof(tx, at, attemptId(interaction), { userId: user.id, factor: 'password', details }),
          )
        } catch (error) {
          const problem = formProblem(ctx, error)
          if (problem.key === unverified) await markUnverified(parts, ctx, login, params.uid)
          return showLogin(parts, ctx, call, { login, problem })
        }
        return resume(parts, ctx, call.interaction)
      }),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/cancel',
    summary: 'Give up the sign-in and return to the client',
    leadsAnywhere: true,
    params: InteractionParams,
    form: LoginForm.pick({ csrf: true }),
    handle: ({ ctx, params, form }) =>
      atInteraction(parts, ctx, params.uid, async () => {
        demandCsrfToken(parts, params.uid, form.csrf)
        const because = 'the End-User cancelled the sign-in'
        return { redirect: await parts.oidc.interactions.finish(ctx, { refused: 'access_denied', because }) }
      }),
  }),
]

/** Only who proved the password is told so; they made the account, and may prove its address in this browser. */
async function markUnverified(parts: Parts, ctx: Context, login: string, uid: string): Promise<void> {
  const user = await findUserByLogin(parts.db, login)
  if (user) markMaker(parts, ctx, user.id)
  markOnward(parts, ctx, uid)
}

const missing: FormProblem = { key: 'problems.missing_credentials', status: 400 }
