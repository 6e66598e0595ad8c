import { eventTypes } from '../../outbox/index.ts'
import { type Act, type Field, type Filled, one, some, ticked } from '../acts.ts'
import { overlapField } from '../overlap.ts'
import { resultPage } from '../result.ts'
import { badge, cell, facts, type Found, shownOnce, text, time, words } from '../shown.ts'
import { instantField, instantIn } from './instants.ts'

export const path = '/console/webhooks'

export const webhookUrl = ({ id = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(id)}`

const about = {
  screen: 'webhooks',
  subject: {
    operation: 'GET /admin/webhooks/:id',
    params: ({ id = '' }: Record<string, string>) => ({ id }),
  },
  nameOf: ({ url, description }: Found): string => text(description) || text(url),
  cancel: webhookUrl,
}

const everyType = '*'

const fieldsOf = ({ url, description, event_types: types }: Found): readonly Field[] => [
  {
    name: 'url',
    type: 'text',
    required: true,
    maximum: 2000,
    value: text(url),
    hintKey: 'console.fields.url_hint',
  },
  { name: 'description', type: 'text', maximum: 300, value: text(description) },
  {
    name: 'event_types',
    type: 'checks',
    value: words(types),
    options: [
      { value: everyType, labelKey: 'console.words.every_event' },
      ...eventTypes.map((value) => ({ value })),
    ],
  },
]

/** Every type stands for all of them, whatever is ticked besides. */
function typesIn({ event_types: sent }: Filled): string[] {
  const types = ticked(sent)
  return types.includes(everyType) ? [everyType] : types
}

const webhookIn = (filled: Filled) => ({
  url: one(filled.url),
  description: one(filled.description),
  event_types: typesIn(filled),
})

const stateAct = (name: string, state: string, danger: boolean): Act => ({
  ...about,
  name: `${name}_webhook`,
  path: `${path}/:id/${name}`,
  operation: 'PATCH /admin/webhooks/:id',
  danger,
  asked: ({ params: { id = '' } }) => ({ params: { id }, body: { state } }),
})

/** What may be done to a server that is told of events. */
export const acts: readonly Act[] = [
  {
    name: 'create_webhook',
    screen: 'webhooks',
    path: `${path}/new`,
    operation: 'POST /admin/webhooks',
    cancel: () => path,
    fields: () => fieldsOf({}),
    asked: ({ filled }) => ({ body: webhookIn(filled) }),
    show: (desk, visit, { id, secret }) =>
      resultPage(desk, visit, {
        screen: 'webhooks',
        name: 'create_webhook',
        next: webhookUrl({ id: text(id) }),
        sections: [shownOnce(secret)],
      }),
  },
  {
    ...about,
    name: 'edit_webhook',
    path: `${path}/:id/edit`,
    operation: 'PATCH /admin/webhooks/:id',
    fields: fieldsOf,
    asked: ({ params: { id = '' }, filled }) => ({ params: { id }, body: webhookIn(filled) }),
  },
  stateAct('pause', 'paused', false),
  stateAct('resume', 'enabled', false),
  stateAct('disable', 'disabled', true),
  {
    ...about,
    name: 'rotate_webhook_secret',
    path: `${path}/:id/rotate-secret`,
    operation: 'POST /admin/webhooks/:id/secret',
    danger: true,
    fields: () => [overlapField],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: { overlap_seconds: Number(one(filled.overlap)) },
    }),
    show: (desk, visit, { secret, previous_secret_until: until }, { params }) =>
      resultPage(desk, visit, {
        screen: 'webhooks',
        name: 'rotate_webhook_secret',
        next: webhookUrl(params),
        sections: [shownOnce(secret), facts({ previous_until: time(until) })],
      }),
  },
  {
    ...about,
    name: 'test_webhook',
    path: `${path}/:id/test`,
    operation: 'POST /admin/webhooks/:id/test',
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    show: (desk, visit, { result, status, ms }, { params }) =>
      resultPage(desk, visit, {
        screen: 'webhooks',
        name: 'test_webhook',
        next: webhookUrl(params),
        sections: [facts({ outcome: badge(result), answer: cell(status), milliseconds: cell(ms) })],
      }),
  },
  {
    ...about,
    name: 'replay_to_webhook',
    path: `${path}/:id/replay`,
    operation: 'POST /admin/webhooks/:id/replay',
    fields: () => [
      instantField('since'),
      instantField('until'),
      { name: 'event_id', type: 'text', maximum: 36, hintKey: 'console.fields.event_id_hint' },
    ],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: {
        since: instantIn(filled.since),
        until: instantIn(filled.until),
        event_id: some(filled.event_id),
      },
    }),
    next: (params, { id }) => `${webhookUrl(params)}/replays/${text(id)}`,
  },
  {
    ...about,
    name: 'replay_event',
    path: `${path}/:id/events/:event_id/replay`,
    operation: 'POST /admin/webhooks/:id/replay',
    asked: ({ params: { id = '', event_id = '' } }) => ({ params: { id }, body: { event_id } }),
    next: (params, { id }) => `${webhookUrl(params)}/replays/${text(id)}`,
  },
  {
    ...about,
    name: 'retry_webhook_delivery',
    path: `${path}/:id/deliveries/:delivery/retry`,
    operation: 'POST /admin/webhooks/:id/deliveries/:delivery/retry',
    asked: ({ params: { id = '', delivery = '' } }) => ({ params: { id, delivery } }),
    next: (params) => `${webhookUrl(params)}/deliveries`,
  },
  {
    ...about,
    name: 'retry_webhook',
    path: `${path}/:id/retry`,
    operation: 'POST /admin/deliveries/retry',
    asked: ({ params: { id = '' } }) => ({ body: { kind: 'webhook', destination: id } }),
    next: (params) => `${webhookUrl(params)}/deliveries`,
  },
  {
    ...about,
    name: 'delete_webhook',
    path: `${path}/:id/delete`,
    operation: 'DELETE /admin/webhooks/:id',
    danger: true,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    next: () => path,
  },
]
