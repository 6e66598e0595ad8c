import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { csrfToken, demandCsrfToken } from '../../authentication/index.ts'
import { findLink } from '../../links/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import type { Context } from 'koa'
import { accountPage, atAccount, demandOwnForm, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { deleteOwnAccount } from './request-deletion.ts'
import { restoreAccount } from './restore-account.ts'

const DeleteForm = z.object({ csrf: z.string().max(200), sure: z.literal('yes').optional().catch(undefined) })

const restorePath = '/account/restore/:token'
const Params = z.object({ token: z.string().regex(/^[\w-]{43}$/) })
const RestoreForm = z.object({ csrf: z.string().max(200) })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.delete,
    summary: 'Show what deleting my account means',
    handle: ({ ctx, by }) =>
      atAccount(portal, ctx, { place: 'delete', by, recent: 'begin' }, (visit) =>
        showForm(portal, ctx, visit),
      ),
  }),

  page({
    method: 'post',
    path: places.delete,
    summary: 'Delete my account',
    form: DeleteForm,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'delete', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        if (form.sure === undefined) return showForm(portal, ctx, visit, 'account.delete.not_sure')
        try {
          const deleteAt = await deleteOwnAccount(portal, visit.by, visit.user.id)
          return { view: 'account/deleted', locals: { deleteAt, languageLinks: languageLinks(portal) } }
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'last_root_admin') throw error
          return showForm(portal, ctx, visit, 'account.delete.last_root')
        }
      }),
  }),

  page({
    method: 'get',
    path: restorePath,
    summary: 'Show what the link that undoes a deletion does',
    params: Params,
    handle: async ({ params }) => {
      const link = await findLink(portal, 'restore-account', params.token)
      if (!link) return showDead(portal)
      const { token } = params
      const locals = {
        action: `/account/restore/${token}`,
        csrf: csrfToken(portal, token),
        email: link.address,
      }
      return { view: 'account/restore', locals: { ...locals, languageLinks: languageLinks(portal) } }
    },
  }),

  page({
    method: 'post',
    path: restorePath,
    summary: 'Keep an account that was to be deleted',
    params: Params,
    form: RestoreForm,
    handle: async ({ by, params, form }) => {
      demandCsrfToken(portal, params.token, form.csrf)
      try {
        await restoreAccount(portal, by, params.token)
      } catch (error) {
        if (error instanceof Problem && ended.has(error.code)) return showDead(portal)
        throw error
      }
      return {
        view: 'account/restored',
        locals: { accountUrl: places.overview, languageLinks: languageLinks(portal) },
      }
    },
  }),
]

/** What a link that undoes a deletion may meet: itself used, or its account in another state by now. */
const ended: ReadonlySet<string> = new Set(['link_invalid', 'user_status_refused'])

async function showForm(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  problem: string | null = null,
): Promise<PageReply> {
  const graceDays = await portal.settings.get('account.deletion_grace_days')
  const status = problem === null ? 200 : 409
  return accountPage(portal, ctx, visit, { view: 'account/delete', status, problem, locals: { graceDays } })
}

const showDead = (portal: Portal): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: { againUrl: places.overview, again: 'account.to_account', languageLinks: languageLinks(portal) },
})
