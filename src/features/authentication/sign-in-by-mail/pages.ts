import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { attemptId, loadProven, recordProof } from '../attempt.ts'
import { makerOf } from '../browser-marks.ts'
import { demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import { loginHintOf } from '../login/login-hint.ts'
import { AskForm, askProblem, missingLogin, TokenParams } from '../mail-pages.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { enterByCode, enterByLink, findByLink, type Returning, type Together } from './enter-by-mail.ts'
import { holderIn, holdInBrowser, waitingIn } from './holder.ts'
import { demandOffered } from './offered.ts'
import { requestSignInMail } from './request-sign-in-mail.ts'

const CodeForm = z.object({
  csrf: Csrf.default(''),
  login: z.string().max(320).default(''),
  code: z.string().max(40).default(''),
})

const LinkParams = InteractionParams.extend(TokenParams.shape)

const LinkForm = z.object({ csrf: Csrf.default('') })

/** Signing in by what is mailed: asking for it, the code, and the link. */
export const pages = (parts: Parts): PageRoute[] => [...asking(parts), ...byCode(parts), ...byLink(parts)]

const asking = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/interaction/:uid/by-mail',
    summary: 'Show the form of somebody who would like to sign in by mail',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atSignIn(parts, ctx, params.uid, async (call) =>
        showAsk(parts, ctx, call, { login: await loginHintOf(parts, call.interaction) }),
      ),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/by-mail',
    summary: 'Ask for a link and a code to sign in by',
    limit: 'recovery',
    leadsAnywhere: true,
    params: InteractionParams,
    form: AskForm,
    handle: ({ ctx, by, params: { uid }, form: { csrf, login, proof } }) =>
      atSignIn(parts, ctx, uid, async (call) => {
        demandCsrfToken(parts, uid, csrf)
        if (login.trim() === '') return showAsk(parts, ctx, call, { login, problem: missingLogin })
        const { clientId } = call.interaction
        const holderHash = holdInBrowser(parts, ctx, uid)
        try {
          await requestSignInMail(parts, by, { login, proof, clientId, holderHash })
        } catch (error) {
          return showAsk(parts, ctx, call, { login, problem: askProblem(ctx, error) })
        }
        return showWaiting(parts, ctx, call, { login })
      }),
  }),
]

/** Whoever reads their mail on another device types the code here, where they began. */
const byCode = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/interaction/:uid/by-mail/code',
    summary: 'Show where the code from a mail is typed',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atSignIn(parts, ctx, params.uid, (call) => showWaiting(parts, ctx, call, { login: '' })),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/by-mail/code',
    summary: 'Sign in by the code from a mail',
    leadsAnywhere: true,
    params: InteractionParams,
    form: CodeForm,
    handle: ({ ctx, by, params: { uid }, form: { csrf, login, code } }) =>
      atSignIn(parts, ctx, uid, async (call) => {
        try {
          demandCsrfToken(parts, uid, csrf)
          await enterByCode(parts, by, { ...returning(parts, ctx, call), code }, together(call))
        } catch (error) {
          const problem = formProblem(ctx, error)
          if (await isProven(parts, call)) return resume(parts, ctx, call.interaction)
          return showWaiting(parts, ctx, call, { login, problem })
        }
        return resume(parts, ctx, call.interaction)
      }),
  }),
]

/** Looking at the link changes nothing, so that a mail scanner may; the form uses it up (CASES RG-08). */
const byLink = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/sign-in-link/:token',
    summary: 'Open a mailed link to sign in by, in whichever browser',
    params: TokenParams,
    handle: async ({ ctx, params: { token } }) => {
      await demandOffered(parts)
      const waiting = await findByLink(parts, token)
      if (!waiting) return ended(parts)
      const uid = waitingIn(parts, ctx, waiting.holderHash)
      if (uid === null) return elsewhere(parts)
      return { redirect: `/interaction/${uid}/by-mail/link/${token}` }
    },
  }),

  page({
    method: 'get',
    path: '/interaction/:uid/by-mail/link/:token',
    summary: 'Ask whether to sign in by a mailed link',
    leadsAnywhere: true,
    params: LinkParams,
    handle: ({ ctx, params: { uid, token } }) =>
      atSignIn(parts, ctx, uid, async (call) => {
        const waiting = await findByLink(parts, token)
        if (!waiting?.link || waitingIn(parts, ctx, waiting.holderHash) !== uid) return ended(parts)
        const locals = { action: `/interaction/${uid}/by-mail/link/${token}`, address: waiting.link.address }
        return stepPage(parts, ctx, call, { view: 'authentication/by-mail-link', locals })
      }),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/by-mail/link/:token',
    summary: 'Sign in by a mailed link',
    leadsAnywhere: true,
    params: LinkParams,
    form: LinkForm,
    handle: ({ ctx, by, params: { uid, token }, form: { csrf } }) =>
      atSignIn(parts, ctx, uid, async (call) => {
        demandCsrfToken(parts, uid, csrf)
        try {
          await useLinkHere(parts, ctx, by, call, token)
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'link_invalid') throw error
          if (!(await isProven(parts, call))) return ended(parts)
        }
        return resume(parts, ctx, call.interaction)
      }),
  }),
]

async function useLinkHere(parts: Parts, ctx: Context, by: By, call: StepCall, token: string): Promise<void> {
  await enterByLink(parts, by, { ...returning(parts, ctx, call), token }, together(call))
}

/** Where signing in by mail is offered, and a sign-in waits for a proof; else where that one stands. */
const atSignIn = (
  parts: Parts,
  ctx: Context,
  uid: string,
  show: (call: StepCall) => Promise<PageReply>,
): Promise<PageReply> =>
  atInteraction(parts, ctx, uid, async (call) => {
    await demandOffered(parts)
    return call.interaction.prompt === 'login' ? show(call) : resume(parts, ctx, call.interaction)
  })

const returning = (parts: Parts, ctx: Context, { interaction }: StepCall): Returning => ({
  holderHash: holderIn(parts, ctx, interaction.uid),
  clientId: interaction.clientId,
  makerId: makerOf(parts, ctx),
})

const together =
  ({ interaction }: StepCall): Together =>
  (tx, at, proof) =>
    recordProof(tx, at, attemptId(interaction), { factor: 'mail', ...proof })

/** A form that was sent twice leads on to where its sign-in stands. */
const isProven = async (parts: Parts, { interaction }: StepCall): Promise<boolean> =>
  (await loadProven(parts, attemptId(interaction))).proven.length > 0

const showAsk = (
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { login, problem }: { login: string; problem?: FormProblem },
): Promise<PageReply> => {
  const { uid } = call.interaction
  const refused = { problem: problem?.key ?? null, proof: problem?.members ?? null }
  const places = { action: `/interaction/${uid}/by-mail`, backUrl: `/interaction/${uid}/login` }
  return stepPage(parts, ctx, call, {
    view: 'authentication/ask-mail',
    status: problem?.status ?? 200,
    locals: { texts: 'ask_mail.sign_in', login, ...refused, ...places },
  })
}

/** The same for everybody: whether a letter is under way is told by mail. */
const showWaiting = (
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { login, problem }: { login: string; problem?: FormProblem },
): Promise<PageReply> => {
  const { uid } = call.interaction
  return stepPage(parts, ctx, call, {
    view: 'authentication/by-mail',
    status: problem?.status ?? 200,
    locals: {
      action: `/interaction/${uid}/by-mail/code`,
      againAction: `/interaction/${uid}/by-mail`,
      askUrl: `/interaction/${uid}/by-mail`,
      backUrl: `/interaction/${uid}/login`,
      login,
      problem: problem?.key ?? null,
    },
  })
}

/** Says where the link is good, and nothing of whom it is for. */
const elsewhere = (parts: Parts): PageReply => ({
  view: 'authentication/by-mail-elsewhere',
  status: 403,
  locals: { languageLinks: languageLinks(parts) },
})

/** It was used, replaced, or is too old, and all three look the same. */
const ended = (parts: Parts): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: { again: 'by_mail.again', againUrl: '/account', languageLinks: languageLinks(parts) },
})
