import type { PageRoute } from '../../../platform/http/index.ts'
import { actPages } from '../acts.ts'
import { filled, filter, nextUrl } from '../lists.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage, type ScreenShown } from '../screen-page.ts'
import {
  badge,
  cell,
  type Cell,
  code,
  facts,
  found,
  type Found,
  list,
  table,
  text,
  time,
  words,
} from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'
import { acts, path, webhookUrl } from './webhook-acts.ts'

const read = {
  list: 'GET /admin/webhooks',
  one: 'GET /admin/webhooks/:id',
  deliveries: 'GET /admin/webhooks/:id/deliveries',
  replay: 'GET /admin/webhooks/:id/replays/:replay',
}

const retry = 'POST /admin/webhooks/:id/deliveries/:delivery/retry'
const replay = 'POST /admin/webhooks/:id/replay'

const urlOf = ({ id }: Found): string => webhookUrl({ id: text(id) })

export const webhookPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'webhooks',
    summary: 'List webhooks',
    operation: read.list,
    leadKey: 'console.webhooks.lead',
    columns: () => ({
      destination: (webhook) => cell(webhook.url, { href: urlOf(webhook) }),
      meaning: ({ description }) => cell(description),
      events: ({ event_types: types }) => cell(eventsOf(words(types))),
      state: ({ state }) => badge(state),
      failing: ({ failing_since: at }) => time(at),
      since: ({ created_at: at }) => time(at),
    }),
    makes: [{ href: `${path}/new`, name: 'create_webhook', operation: 'POST /admin/webhooks' }],
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:id`,
    screen: 'webhooks',
    summary: 'Show a webhook',
    needs: [read.one],
    async show({ visit, params }) {
      const webhook = await webhookOf(desk, visit, params)
      return {
        ...frameOf(desk, visit, webhook, 'webhook'),
        sections: [
          facts({
            destination: code(webhook.url),
            events: words(webhook.event_types).map((type) =>
              type === '*' ? badge('every_event') : code(type),
            ),
            stopped_because: badge(webhook.stopped_because),
            failing: time(webhook.failing_since),
            previous_until: time(webhook.previous_secret_until),
            id: code(webhook.id),
            since: time(webhook.created_at),
            changed: time(webhook.updated_at),
          }),
        ],
      }
    },
  }),
  ...screenPage(desk, {
    path: `${path}/:id/deliveries`,
    screen: 'webhooks',
    summary: 'List what a webhook was told',
    needs: [read.deliveries],
    async show({ visit, params, query }) {
      const webhook = await webhookOf(desk, visit, params)
      const asked = filled(query, ['state'])
      const url = `${urlOf(webhook)}/deliveries`
      const { body } = await desk.operations.run(visit.caller, read.deliveries, { params, query: asked })
      const { items, next } = found(body)
      return {
        ...frameOf(desk, visit, webhook, 'deliveries'),
        leadKey: 'console.webhooks.deliveries',
        filters: [
          filter(query, 'state', 'select', ['', 'waiting', 'delivered', 'refused', 'expired', 'dropped']),
        ],
        filterUrl: url,
        sections: [
          table(list(items), deliveryColumns(desk, visit, webhook), {
            emptyKey: 'console.webhooks.no_deliveries',
            nextUrl: nextUrl(url, asked, next),
          }),
        ],
      }
    },
  }),
  ...screenPage(desk, {
    path: `${path}/:id/replays/:replay`,
    screen: 'webhooks',
    summary: 'Show how far a replay is',
    needs: [read.replay],
    async show({ visit, params }) {
      const webhook = await webhookOf(desk, visit, params)
      const shown = found((await desk.operations.run(visit.caller, read.replay, { params })).body)
      const url = `${urlOf(webhook)}/replays/${text(shown.id)}`
      return {
        titleKey: 'console.webhooks.replay',
        leadKey: 'console.webhooks.replay_lead',
        back: { href: `${urlOf(webhook)}/deliveries`, labelKey: 'console.tabs.deliveries' },
        sections: [
          facts({
            state: badge(shown.state),
            from: time(shown.since),
            until: time(shown.until),
            events: words(shown.event_types).map((type) => code(type)),
            queued: cell(shown.queued),
            looked_until: time(shown.looked_until),
            ended: time(shown.ended_at),
          }),
        ],
        actions: shown.state === 'running' ? [{ href: url, labelKey: 'console.shown.look_again' }] : [],
      }
    },
  }),
]

const eventsOf = (types: readonly string[]): string =>
  types.length > 3 ? `${types.slice(0, 3).join(', ')} …` : types.join(', ')

const webhookOf = async (
  desk: Console,
  { caller }: Visit,
  { id = '' }: Record<string, string>,
): Promise<Found> => found((await desk.operations.run(caller, read.one, { params: { id } })).body)

/** What may be tried again: what waits, and what was given up. */
const again = new Set(['waiting', 'refused', 'expired'])

function deliveryColumns(
  { operations }: Console,
  { caller }: Visit,
  webhook: Found,
): Record<string, (delivery: Found) => Cell> {
  const url = urlOf(webhook)
  const [mayRetry, mayReplay] = [operations.allows(caller, retry), operations.allows(caller, replay)]
  return {
    event: ({ event_type: type }) => code(type),
    id: ({ event_id: id }) => cell(id, { kind: 'json' }),
    state: ({ state }) => badge(state),
    attempts: ({ attempts }) => cell(attempts),
    answer: ({ last_result: result, last_status: status, last_ms: ms }) =>
      cell(ms === null ? (status ?? result) : `${text(status ?? result)} (${text(ms)} ms)`),
    at: ({ caused_at: at }) => time(at),
    due: ({ next_attempt_at: at }) => time(at),
    act({ id, event_id: event, state }) {
      if (mayRetry && again.has(text(state)))
        return cell('retry', { kind: 'badge', href: `${url}/deliveries/${text(id)}/retry` })
      if (mayReplay && state === 'delivered')
        return cell('replay', {
          kind: 'badge',
          href: `${url}/events/${encodeURIComponent(text(event))}/replay`,
        })
      return cell(null)
    },
  }
}

function frameOf(desk: Console, visit: Visit, webhook: Found, at: string): Omit<ScreenShown, 'sections'> {
  const url = urlOf(webhook)
  const { state } = webhook
  const change = 'PATCH /admin/webhooks/:id'
  return {
    title: text(webhook.description) || text(webhook.url),
    back: { href: path, labelKey: 'console.webhooks.title' },
    badges: [badge(state)],
    tabs: ['webhook', 'deliveries'].map((name) => ({
      href: name === 'webhook' ? url : `${url}/${name}`,
      labelKey: `console.tabs.${name}`,
      current: name === at,
    })),
    actions: actionsOf(desk, visit, [
      { href: `${url}/edit`, name: 'edit_webhook', operation: change },
      { href: `${url}/test`, name: 'test_webhook', operation: 'POST /admin/webhooks/:id/test' },
      { href: `${url}/replay`, name: 'replay_to_webhook', operation: replay },
      { href: `${url}/retry`, name: 'retry_webhook', operation: 'POST /admin/deliveries/retry' },
      {
        href: `${url}/rotate-secret`,
        name: 'rotate_webhook_secret',
        operation: 'POST /admin/webhooks/:id/secret',
      },
      { href: `${url}/resume`, name: 'resume_webhook', operation: change, when: state !== 'enabled' },
      { href: `${url}/pause`, name: 'pause_webhook', operation: change, when: state === 'enabled' },
      {
        href: `${url}/disable`,
        name: 'disable_webhook',
        operation: change,
        danger: true,
        when: state !== 'disabled',
      },
      {
        href: `${url}/delete`,
        name: 'delete_webhook',
        operation: 'DELETE /admin/webhooks/:id',
        danger: true,
      },
    ]),
  }
}
