import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { minimumLength, type PasswordProblem } from '../../credentials/index.ts'
import { keepDevice, presentedDevice, rememberDevice } from '../../devices/index.ts'
import { findLink } from '../../links/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { markOnward, onwardUrl } from '../browser-marks.ts'
import { csrfToken, demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import {
  AskForm,
  askProblem,
  linkEnded,
  missingLogin,
  showAsk,
  showSent,
  statusOf,
  TokenParams,
} from '../mail-pages.ts'
import type { Parts } from '../parts.ts'
import { type FieldTexts, refusedFields } from '../register/refused-fields.ts'
import { atInteraction, InteractionParams } from '../step.ts'
import { completeReset } from './complete-reset.ts'
import { requestReset } from './request-reset.ts'

const kind = 'recovery'

export const pages = (parts: Parts): PageRoute[] => [...insideSignIn(parts), ...alone(parts), ...link(parts)]

/** "Forgot your password?", for who is on the way to a client. */
const insideSignIn = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/interaction/:uid/forgot',
    summary: 'Show the form of somebody who forgot their password',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atInteraction(parts, ctx, params.uid, (call) => {
        const login = call.interaction.loginHint?.slice(0, 320) ?? ''
        return showAsk(parts, ctx, { kind, login, ...placesOf(params.uid) }, call)
      }),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/forgot',
    summary: 'Ask for a link to a new password during a sign-in',
    limit: 'recovery',
    leadsAnywhere: true,
    params: InteractionParams,
    form: AskForm,
    handle: ({ ctx, by, params: { uid }, form: { csrf, login, proof } }) =>
      atInteraction(parts, ctx, uid, async (call) => {
        demandCsrfToken(parts, uid, csrf)
        const { action, backUrl } = placesOf(uid)
        const asked = { kind, login, action, backUrl } as const
        if (login.trim() === '') return showAsk(parts, ctx, { ...asked, problem: missingLogin }, call)
        try {
          await requestReset(parts, by, { login, proof })
        } catch (error) {
          return showAsk(parts, ctx, { ...asked, problem: askProblem(ctx, error) }, call)
        }
        markOnward(parts, ctx, uid)
        return showSent(parts, ctx, { kind, login, backUrl }, call)
      }),
  }),
]

const placesOf = (uid: string) => ({
  action: `/interaction/${uid}/forgot`,
  backUrl: `/interaction/${uid}/login`,
})

/** For who comes from nowhere. The form changes nothing and shows nothing, so it carries no token. */
const alone = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/recovery',
    summary: 'Show the form of somebody who forgot their password and is not signing in',
    handle: ({ ctx }) => showAsk(parts, ctx, { kind, login: '', action: '/recovery' }),
  }),

  page({
    method: 'post',
    path: '/recovery',
    summary: 'Ask for a link to a new password',
    limit: 'recovery',
    form: AskForm,
    handle: async ({ ctx, by, form: { login, proof } }) => {
      const asked = { kind, login, action: '/recovery' } as const
      if (login.trim() === '') return showAsk(parts, ctx, { ...asked, problem: missingLogin })
      try {
        await requestReset(parts, by, { login, proof })
      } catch (error) {
        return showAsk(parts, ctx, { ...asked, problem: askProblem(ctx, error) })
      }
      return showSent(parts, ctx, { kind, login })
    },
  }),
]

const ResetForm = z.object({
  csrf: z.string().max(200).default(''),
  password: z.string().max(1024).default(''),
})

/** Looking at the link changes nothing, so that a mail scanner may; the form uses it up (CASES RG-08). */
const link = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/recovery/:token',
    summary: 'Show the form for a new password',
    params: TokenParams,
    handle: ({ params }) => showReset(parts, params.token, {}),
  }),

  page({
    method: 'post',
    path: '/recovery/:token',
    summary: 'Choose a new password by a mailed link',
    params: TokenParams,
    form: ResetForm,
    handle: async ({ ctx, by, params: { token }, form: { csrf, password } }) => {
      try {
        demandCsrfToken(parts, token, csrf)
        const problem = await resetHere(parts, ctx, by, { token, password })
        if (problem)
          return await showReset(parts, token, { fieldProblems: refusedFields({ password: problem }) })
      } catch (error) {
        if (error instanceof Problem && error.code === 'link_invalid') return linkEnded(parts, kind)
        return showReset(parts, token, { problem: formProblem(ctx, error) })
      }
      return done(parts, ctx)
    },
  }),
]

/** The browser it is done in is a known one from then on: its person gets in through any attack on their name. */
async function resetHere(
  parts: Parts,
  ctx: Context,
  by: By,
  chosen: { token: string; password: string },
): Promise<PasswordProblem | null> {
  const kept: string[] = []
  const problem = await completeReset(parts, by, chosen, async (tx, at, self, userId) => {
    const { value } = await rememberDevice(tx, at, self, userId, presentedDevice(parts, ctx))
    kept.push(value)
  })
  const value = kept.at(-1) // a transaction that was tried again made it again
  if (value !== undefined) keepDevice(parts, ctx, value)
  return problem
}

async function showReset(
  parts: Parts,
  token: string,
  shown: { fieldProblems?: FieldTexts; problem?: FormProblem },
): Promise<PageReply> {
  const found = await findLink(parts, 'reset-password', token)
  if (!found) return linkEnded(parts, kind)
  return {
    view: 'authentication/reset',
    status: statusOf(shown),
    locals: {
      action: `/recovery/${token}`,
      csrf: csrfToken(parts, token),
      address: found.address,
      problem: shown.problem?.key ?? null,
      passwordProblem: shown.fieldProblems?.password ?? null,
      passwordMinimum: await minimumLength(parts),
      languageLinks: languageLinks(parts),
    },
  }
}

/** Not signed in by it: who reads somebody's mail once must still know the password they chose, and any second factor. */
const done = (parts: Parts, ctx: Context): PageReply => ({
  view: 'authentication/proven',
  locals: { texts: 'proven.reset', continueUrl: onwardUrl(parts, ctx), languageLinks: languageLinks(parts) },
})
