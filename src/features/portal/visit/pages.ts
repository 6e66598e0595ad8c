import { z } from 'zod'

import { page, type PageRoute } from '../../../platform/http/index.ts'
import { ownResetShown } from '../factors/own-reset.ts'
import { accountPage, atAccount } from './at-account.ts'
import { placeNamed, places } from './places.ts'
import type { Portal } from './sign-in.ts'

const Query = z.object({ done: z.literal('factor_reset_cancelled').optional().catch(undefined) })

/** What the provider answers; a code is left unread (see `signIn`). */
const Answer = z.object({
  state: z.string().max(40).catch(''),
  error: z.string().max(100).optional().catch(''),
})

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.overview,
    summary: 'Show my account',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'overview', by }, async (visit) => {
        const { createdAt, emailVerified } = visit.user
        return accountPage(portal, ctx, visit, {
          view: 'account/overview',
          notice: query.done === undefined ? null : 'account.factor_reset.cancelled',
          locals: { createdAt, emailVerified, factorReset: await ownResetShown(portal, visit) },
        })
      }),
  }),

  page({
    method: 'get',
    path: '/account/callback',
    summary: 'Come back from a sign-in',
    query: Answer,
    handle: async ({ ctx, query }) => {
      const place = places[placeNamed(query.state)]
      // Without a session the page would ask for a sign-in at once, whatever the person has just said to one.
      const signedIn = query.error === undefined && (await portal.oidc.browserSession(ctx)) !== null
      return signedIn
        ? { redirect: place }
        : { view: 'account/not-signed-in', status: 401, locals: { place } }
    },
  }),
]
