import { z } from 'zod'

import { browserOf } from '../../../lib/browser.ts'
import { page, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { loginEventsOf } from '../../lockout/index.ts'
import { accountPage, atAccount, demandOwnForm } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { disownSignIn } from './disown-sign-in.ts'
import { canDisown, listOwnEvents, type OwnEvent } from './list-own-events.ts'
import { reasonTexts, showDisowned, signInShown } from './shown.ts'
import { wasThisYouPages } from './was-this-you-pages.ts'

/** As many as one looks through; a program may read on. */
const shown = 50

const disownPath = `${places.events}/:id/disown`
const Params = z.object({ id: z.uuid() })
const Form = z.object({ csrf: z.string().max(200) })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.events,
    summary: 'Show what happened in my account lately',
    handle: ({ ctx, by }) =>
      atAccount(portal, ctx, { place: 'events', by }, async (visit) => {
        const { items } = await listOwnEvents(portal, visit.user.id, { limit: shown })
        const zone = visit.profile?.zoneinfo ?? 'UTC'
        return accountPage(portal, ctx, visit, {
          view: 'account/events',
          locals: { zone, events: items.map(eventShown) },
        })
      }),
  }),

  page({
    method: 'get',
    path: disownPath,
    summary: 'Show what happens when a sign-in was not mine',
    params: Params,
    handle: ({ ctx, by, params: { id } }) =>
      atAccount(portal, ctx, { place: 'events', by, recent: 'begin' }, async (visit) => {
        const signIn = (await loginEventsOf(portal.db, visit.user.id, [id])).get(id)
        if (!signIn || !canDisown(signIn)) return { redirect: places.events }
        return accountPage(portal, ctx, visit, {
          view: 'account/disown',
          locals: {
            action: `${places.events}/${id}/disown`,
            zone: visit.profile?.zoneinfo ?? 'UTC',
            signIn: signInShown(signIn),
            backUrl: places.events,
            titleKey: 'account.disown.title',
          },
        })
      }),
  }),

  page({
    method: 'post',
    path: disownPath,
    summary: 'Say that a sign-in was not mine',
    params: Params,
    form: Form,
    handle: ({ ctx, by, params: { id }, form }) =>
      atAccount(portal, ctx, { place: 'events', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        const { user, session } = visit
        try {
          const keep = { uid: session.uid }
          return showDisowned(portal, await disownSignIn(portal, visit.by, { userId: user.id, id, keep }))
        } catch (error) {
          if (error instanceof Problem && error.code === 'sign_in_not_found')
            return { redirect: places.events }
          throw error
        }
      }),
  }),

  ...wasThisYouPages(portal),
]

/** An action without a text of its own shows its name. */
const eventShown = ({ id, at, action, outcome, ip, userAgent, signIn }: OwnEvent) => ({
  id,
  at,
  action,
  textKey: `account.events.actions.${action.replaceAll('.', '_')}`,
  failed: outcome !== 'success',
  ip,
  reasons: reasonTexts(signIn?.reasons ?? []),
  disowned: signIn?.disowned ?? false,
  disownUrl: signIn?.canDisown ? `${places.events}/${id}/disown` : null,
  ...browserOf(userAgent ?? ''),
})
