import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { csrfToken, demandCsrfToken } from '../../authentication/index.ts'
import { findLink } from '../../links/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { requestEmailChange } from './request-email-change.ts'

const Query = z.object({ done: z.literal('sent').optional().catch(undefined) })
const EmailForm = z.object({ csrf: z.string().max(200), email: z.string().max(320).default('') })

const confirmPath = '/account/email/confirm/:token'
const Params = z.object({ token: z.string().regex(/^[\w-]{43}$/) })
const ConfirmForm = z.object({ csrf: z.string().max(200) })

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
    handle: async ({ params }) => {
      const link = await findLink(portal, 'change-email', params.token)
      return link ? showConfirm(portal, params.token, link.address) : showDead(portal)
    },
  }),

  page({
    method: 'post',
    path: confirmPath,
    summary: 'Use the new e-mail address from now on',
    params: Params,
    form: ConfirmForm,
    handle: async ({ by, params, form }) => {
      demandCsrfToken(portal, params.token, form.csrf)
      const link = await findLink(portal, 'change-email', params.token)
      if (!link) return showDead(portal)
      try {
        await confirmEmailChange(portal, by, params.token)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.code === 'email_taken') return showConfirm(portal, params.token, link.address, true)
        if (error.code === 'link_invalid') return showDead(portal)
        throw error
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

const showConfirm = (portal: Portal, token: string, email: string, taken = false): PageReply => ({
  view: 'account/email-confirm',
  status: taken ? 409 : 200,
  locals: {
    action: `/account/email/confirm/${token}`,
    csrf: csrfToken(portal, token),
    email,
    problem: taken ? 'account.email.taken' : null,
    languageLinks: languageLinks(portal),
  },
})

const showDead = (portal: Portal): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: { againUrl: places.email, again: 'account.to_account', languageLinks: languageLinks(portal) },
})
