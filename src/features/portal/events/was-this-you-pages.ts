import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { csrfToken, demandCsrfToken } from '../../authentication/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { disownByLink, findDisownable } from './disown-sign-in.ts'
import { showDisowned, signInShown } from './shown.ts'

const path = '/account/was-this-you/:id/:token'
const Params = z.object({ id: z.uuid(), token: z.string().regex(/^[\w-]{43}$/) })
const Form = z.object({ csrf: z.string().max(200) })

/** What the link in the letter about an unusual sign-in opens. Nobody need be signed in; looking changes nothing. */
export const wasThisYouPages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Ask whether a sign-in was its person’s',
    params: Params,
    handle: async ({ params }) => {
      const found = await findDisownable(portal, params)
      if (!found) return showDead(portal)
      return {
        view: 'account/was-this-you',
        locals: {
          action: `/account/was-this-you/${params.id}/${params.token}`,
          csrf: csrfToken(portal, params.token),
          signIn: signInShown(found.event),
          languageLinks: languageLinks(portal),
        },
      }
    },
  }),

  page({
    method: 'post',
    path,
    summary: 'Say by a mailed link that a sign-in was not mine',
    params: Params,
    form: Form,
    handle: async ({ by, params, form }) => {
      demandCsrfToken(portal, params.token, form.csrf)
      try {
        return showDisowned(portal, await disownByLink(portal, by, params))
      } catch (error) {
        if (error instanceof Problem && error.code === 'link_invalid') return showDead(portal)
        throw error
      }
    },
  }),
]

/** Whoever still worries chooses another password, which ends everything too. */
const showDead = (portal: Portal): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: {
    againUrl: places.events,
    again: 'account.events.title',
    languageLinks: languageLinks(portal),
  },
})
