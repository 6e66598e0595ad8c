import type { Context } from 'koa'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { minimumLength } from '../../credentials/index.ts'
import { findLink } from '../../links/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { makerOf, onwardUrl } from '../browser-marks.ts'
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
import type { StepCall } from '../step.ts'
import { resendVerification } from './request-verification.ts'
import { type Maker, verifyEmail } from './verify-email.ts'

const kind = 'verification'

/** How the person at the page shows that the account is theirs. */
const mode = z.enum(['confirm', 'password', 'new-password'])
type Mode = z.infer<typeof mode>

const VerifyForm = z.object({
  csrf: z.string().max(200).default(''),
  mode: mode.default('confirm'),
  password: z.string().max(1024).default(''),
})

export const pages = (parts: Parts): PageRoute[] => [...asking(parts), ...link(parts)]

/** After a registration, and for who has just been told that the address is to be proven. */
export const showVerificationSent = (
  parts: Parts,
  ctx: Context,
  login: string,
  call?: StepCall,
): Promise<PageReply> =>
  showSent(
    parts,
    ctx,
    { kind, login, ...(call && { backUrl: `/interaction/${call.interaction.uid}/login` }) },
    call,
  )

/** The form changes nothing and shows nothing, so it carries no token. */
const asking = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/verify-email',
    summary: 'Show the form of somebody whose link to prove an address has ended',
    handle: ({ ctx }) => showAsk(parts, ctx, { kind, login: '', action: '/verify-email' }),
  }),

  page({
    method: 'post',
    path: '/verify-email',
    summary: 'Ask once more for the link that proves an address',
    limit: 'recovery',
    form: AskForm,
    handle: async ({ ctx, by, form: { login, proof } }) => {
      const asked = { kind, login, action: '/verify-email' } as const
      if (login.trim() === '') return showAsk(parts, ctx, { ...asked, problem: missingLogin })
      try {
        await resendVerification(parts, by, { login, proof })
      } catch (error) {
        return showAsk(parts, ctx, { ...asked, problem: askProblem(ctx, error) })
      }
      return showSent(parts, ctx, { kind, login })
    },
  }),
]

/** Looking at the link changes nothing, so that a mail scanner may; the form uses it up (CASES RG-08). */
const link = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/verify-email/:token',
    summary: 'Ask who proves an address to show that the account is theirs',
    params: TokenParams,
    handle: ({ ctx, params }) => showVerify(parts, ctx, { token: params.token, mode: null }),
  }),

  page({
    method: 'get',
    path: '/verify-email/:token/new-password',
    summary: 'Ask who proves an address for a password of their own',
    params: TokenParams,
    handle: ({ ctx, params }) => showVerify(parts, ctx, { token: params.token, mode: 'new-password' }),
  }),

  page({
    method: 'post',
    path: '/verify-email/:token',
    summary: 'Prove an address by a mailed link',
    params: TokenParams,
    form: VerifyForm,
    handle: async ({ ctx, by, params: { token }, form }) => {
      try {
        demandCsrfToken(parts, token, form.csrf)
        const maker = makerBy[form.mode](parts, ctx, form.password)
        const problem = await verifyEmail(parts, by, { token, maker })
        if (problem) {
          const fieldProblems = refusedFields({ password: problem })
          return await showVerify(parts, ctx, { token, mode: form.mode, fieldProblems })
        }
      } catch (error) {
        if (error instanceof Problem && error.code === 'link_invalid') return linkEnded(parts, kind)
        const problem = formProblem(ctx, error)
        return showVerify(parts, ctx, { token, mode: modeAfter(form.mode), problem })
      }
      const locals = { texts: 'proven.verified', continueUrl: onwardUrl(parts, ctx) }
      return { view: 'authentication/proven', locals: { ...locals, languageLinks: languageLinks(parts) } }
    },
  }),
]

const makerBy: Record<Mode, (parts: Parts, ctx: Context, password: string) => Maker> = {
  confirm(parts, ctx) {
    const userId = makerOf(parts, ctx)
    return userId === null ? null : { userId }
  },
  password: (_parts, _ctx, password) => ({ password }),
  'new-password': (_parts, _ctx, newPassword) => ({ newPassword }),
}

/** A mark of this browser that was not good enough is not asked for again. */
const modeAfter = (refused: Mode): Mode => (refused === 'confirm' ? 'password' : refused)

interface Shown {
  token: string
  /** Null: what this browser is good for. */
  mode: Mode | null
  fieldProblems?: FieldTexts
  problem?: FormProblem
}

async function showVerify(parts: Parts, ctx: Context, shown: Shown): Promise<PageReply> {
  const { token } = shown
  const found = await findLink(parts, 'verify-email', token)
  if (!found) return linkEnded(parts, kind)
  const best = makerOf(parts, ctx) === found.userId ? 'confirm' : 'password'
  const asked = shown.mode ?? best
  return {
    view: 'authentication/verify',
    status: statusOf(shown),
    locals: {
      mode: asked,
      detail: `verify.${asked}`,
      action: `/verify-email/${token}`,
      newPasswordUrl: `/verify-email/${token}/new-password`,
      csrf: csrfToken(parts, token),
      address: found.address,
      problem: shown.problem?.key ?? null,
      passwordProblem: shown.fieldProblems?.password ?? null,
      passwordMinimum: await minimumLength(parts),
      languageLinks: languageLinks(parts),
    },
  }
}
