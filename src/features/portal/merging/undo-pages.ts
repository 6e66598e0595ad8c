import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { csrfToken, demandCsrfToken } from '../../authentication/index.ts'
import { findUndoLink, undoByLink } from '../../merging/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'

const path = `${places.merge}/undo/:token`
const Params = z.object({ token: z.string().regex(/^[\w-]{43}$/) })
const Form = z.object({ csrf: z.string().max(200) })

/** What the link in the letter to a merged account's address opens: nobody need be signed in. */
export const undoPages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Show what the link that undoes a merge does',
    params: Params,
    handle: async ({ params: { token } }) => {
      const link = await findUndoLink(portal, token)
      if (!link) return showDead(portal)
      return {
        view: 'account/merge-undo',
        locals: {
          action: `${places.merge}/undo/${token}`,
          csrf: csrfToken(portal, token),
          email: link.address,
          languageLinks: languageLinks(portal),
        },
      }
    },
  }),

  page({
    method: 'post',
    path,
    summary: 'Have an account back that was merged into another',
    params: Params,
    form: Form,
    handle: async ({ by, params: { token }, form }) => {
      demandCsrfToken(portal, token, form.csrf)
      try {
        await undoByLink(portal, by, token)
      } catch (error) {
        if (error instanceof Problem && ended.has(error.code)) return showDead(portal)
        throw error
      }
      return {
        view: 'account/merge-undone',
        locals: { accountUrl: places.overview, languageLinks: languageLinks(portal) },
      }
    },
  }),
]

/** What a link that undoes a merge may meet: itself used, or its accounts in another state by now. */
const ended: ReadonlySet<string> = new Set([
  'link_invalid',
  'merge_undone',
  'merge_undo_too_late',
  'merge_undo_impossible',
])

const showDead = (portal: Portal): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: { againUrl: places.overview, again: 'account.to_account', languageLinks: languageLinks(portal) },
})
