import { page, type PageRoute } from '../../../platform/http/index.ts'
import { browserOf } from '../../../lib/browser.ts'
import { listEventsOf, type SecurityEvent } from '../../audit/index.ts'
import { accountPage, atAccount } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'

/** As many as one looks through; a program may read on. */
const shown = 50

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.events,
    summary: 'Show what happened in my account lately',
    handle: ({ ctx, by }) =>
      atAccount(portal, ctx, { place: 'events', by }, async (visit) => {
        const { items } = await listEventsOf(portal, visit.user.id, { limit: shown })
        const zone = visit.profile?.zoneinfo ?? 'UTC'
        return accountPage(portal, ctx, visit, {
          view: 'account/events',
          locals: { zone, events: items.map(eventShown) },
        })
      }),
  }),
]

/** An action without a text of its own shows its name. */
const eventShown = ({ id, at, action, outcome, ip, userAgent }: SecurityEvent) => ({
  id,
  at,
  action,
  textKey: `account.events.actions.${action.replaceAll('.', '_')}`,
  failed: outcome !== 'success',
  ip,
  ...browserOf(userAgent ?? ''),
})
