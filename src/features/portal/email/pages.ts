import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { csrfToken, demandCsrfToken, type FormProblem, formProblem } from '../../authentication/index.ts'
import { findLink } from '../../links/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { confirmEmailChange, type Owner } from './confirm-email-change.ts'
import { requestEmailChange } from './request-email-change.ts'

const Query = z.object({ done: z.literal('sent').optional().catch(undefined) })
const EmailForm = z.object({ csrf: z.string().max(200), email: z.string().max(320).default('') })

const confirmPath = '/account/email/confirm/:token'
const Params = z.object({ token: z.string().regex(/^[\w-]{43}$/) })
const ConfirmForm = z.object({
  csrf: z.string().max(200),
  /** Where nobody is signed in to the account. */
  password: z.string().max(1024).default(''),
})

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.email,
    summary: 'Show the form for another e-mail address',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'email', by, recent: 'begin' }, (visit) =>
        showForm(portal, ctx, visit, {
          value: '',
          notice: query.done === undefined ? null : 'account.email.sent',
        }),
      ),
  }),

  page({
    method: 'post',
    path: places.email,
    summary: 'Ask for another e-mail address',
    form: EmailForm,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'email', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        try {
          await requestEmailChange(portal, visit.by, visit.user.id, form.email)
        } catch (error) {
          const problem = error instanceof Problem ? refusals[error.code] : undefined
          if (problem === undefined) throw error
          return showForm(portal, ctx, visit, { value: form.email, problem })
        }
        return done('email', 'sent')
      }),
  }),

  page({
    method: 'get',
    path: confirmPath,
    summary: 'Show what the link of a new e-mail address does',
    params: Params,
    handle: async ({ ctx, params }) => showConfirm(portal, ctx, params.token),
  }),

  page({
    method: 'post',
    path: confirmPath,
    summary: 'Use the new e-mail address from now on',
    params: Params,
    form: ConfirmForm,
    handle: async ({ ctx, by, params: { token }, form }) => {
      demandCsrfToken(portal, token, form.csrf)
      const link = await findLink(portal, 'change-email', token)
      if (!link) return showDead(portal)
      try {
        const owner = await ownerAt(portal, ctx, link, form.password)
        await confirmEmailChange(portal, by, { token, owner })
      } catch (error) {
        if (error instanceof Problem && error.code === 'link_invalid') return showDead(portal)
        return showConfirm(portal, ctx, token, confirmProblem(ctx, error))
      }
      return {
        view: 'account/email-changed',
        locals: { email: link.address, accountUrl: places.overview, languageLinks: languageLinks(portal) },
      }
    },
  }),
]

const refusals: Record<string, string> = {
  email_invalid: 'fields.email_invalid',
  email_unchanged: 'fields.email_unchanged',
}

async function showForm(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  {
    value,
    notice = null,
    problem = null,
  }: { value: string; notice?: string | null; problem?: string | null },
): Promise<PageReply> {
  const { email, emailVerified } = visit.user
  return accountPage(portal, ctx, visit, {
    view: 'account/email',
    status: problem === null ? 200 : 422,
    notice,
    locals: { email, emailVerified, value, fieldProblem: problem },
  })
}

async function ownerAt(
  portal: Portal,
  ctx: Context,
  { userId }: { userId: string },
  password: string,
): Promise<Owner> {
  const session = await portal.oidc.browserSession(ctx)
  return session?.userId === userId ? { userId } : { password }
}

const confirmRefusals: Record<string, string> = {
  email_taken: 'account.email.taken',
  owner_unproven: 'account.email.unproven',
  wrong_password: 'account.email.wrong_password',
}

/** @throws what was thrown, when it is nothing the form can say. */
function confirmProblem(ctx: Context, thrown: unknown): FormProblem {
  const key = thrown instanceof Problem ? confirmRefusals[thrown.code] : undefined
  return thrown instanceof Problem && key !== undefined
    ? { key, status: thrown.status }
    : formProblem(ctx, thrown)
}

async function showConfirm(
  portal: Portal,
  ctx: Context,
  token: string,
  problem: FormProblem | null = null,
): Promise<PageReply> {
  const link = await findLink(portal, 'change-email', token)
  if (!link) return showDead(portal)
  const session = await portal.oidc.browserSession(ctx)
  return {
    view: 'account/email-confirm',
    status: problem?.status ?? 200,
    locals: {
      action: `/account/email/confirm/${token}`,
      csrf: csrfToken(portal, token),
      email: link.address,
      askPassword: session?.userId !== link.userId,
      signInUrl: places.overview, // who came through a provider has no password to give
      problem: problem?.key ?? null,
      languageLinks: languageLinks(portal),
    },
  }
}

const showDead = (portal: Portal): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: { againUrl: places.email, again: 'account.to_account', languageLinks: languageLinks(portal) },
})
