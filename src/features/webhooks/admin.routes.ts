import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import {
  endpoint,
  etagOf,
  after,
  limit,
  openList,
  recentSignInSeconds,
  type Route,
} from '../../platform/http/index.ts'
import type { DeliveryRecord } from '../deliveries/index.ts'
import { changeWebhook } from './change-webhook.ts'
import { createWebhook } from './create-webhook.ts'
import { deleteWebhook } from './delete-webhook.ts'
import { findWebhook, listWebhookDeliveries, listWebhooks } from './find-webhooks.ts'
import { findWebhookReplay, replayToWebhook } from './replays/start-replay.ts'
import { ReplayParams, ReplayView, replayViewOf, StartReplay } from './replays/schema.ts'
import { retryWebhookDeliveries } from './retry-delivery.ts'
import { rotateWebhookSecret } from './rotate-secret.ts'
import * as schema from './schema.ts'
import { testWebhook } from './test-webhook.ts'
import { deliveryViewOf, viewOf } from './view.ts'
import type { Webhook } from './webhook.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'outbound'>

const path = '/admin/webhooks'
const reading = { access: { permission: 'webhooks:read:any' } } as const
const writing = { access: { permission: 'webhooks:write:any' }, signedInWithin: recentSignInSeconds } as const
const params = schema.WebhookParams

/** Who is told of events, for administrators. */
export const adminRoutes = (app: Machinery): Route[] => [
  ...webhookRoutes(app),
  ...deliveryRoutes(app),
  ...replayRoutes(app),
]

const webhookRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List webhooks, the newest first',
    ...reading,
    query: z.object({ limit, after }),
    reply: { 200: z.object({ items: z.array(schema.WebhookView), next: z.string().nullable() }) },
    async handle({ query }) {
      const list = openList(app, ['GET /admin/webhooks'], query)
      return { status: 200, body: list.page(await listWebhooks(app, list), positionOf, viewOf) }
    },
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Tell a server of events',
    ...writing,
    idempotent: true,
    body: schema.NewWebhook,
    reply: { 201: schema.CreatedWebhook },
    async handle({ caller, body }) {
      const { webhook, secret } = await createWebhook(app, caller, body)
      return { status: 201, body: { ...viewOf(webhook), secret } }
    },
  }),

  endpoint({
    method: 'get',
    path: `${path}/:id`,
    summary: 'Show a webhook',
    ...reading,
    params,
    reply: { 200: schema.WebhookView },
    async handle({ params: { id } }) {
      const body = viewOf(await findWebhook(app, id))
      return { status: 200, body, headers: { etag: etagOf(body) } }
    },
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:id`,
    summary: 'Change, pause or resume a webhook',
    ...writing,
    versioned: true,
    params,
    body: schema.ChangeWebhook,
    reply: { 200: schema.WebhookView },
    async handle({ caller, params: { id }, body: change, ifMatch }) {
      const body = viewOf(await changeWebhook(app, caller, id, change, ifMatch))
      return { status: 200, body, headers: { etag: etagOf(body) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Delete a webhook',
    ...writing,
    params,
    reply: { 204: z.undefined() },
    async handle({ caller, params: { id } }) {
      await deleteWebhook(app, caller, id)
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/:id/secret`,
    summary: 'Sign with a new secret, and with the old one beside it for a time',
    ...writing,
    idempotent: true,
    params,
    body: schema.RotateSecret,
    reply: { 201: schema.CreatedWebhook },
    async handle({ caller, params: { id }, body }) {
      const { webhook, secret } = await rotateWebhookSecret(app, caller, id, body)
      return { status: 201, body: { ...viewOf(webhook), secret } }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/:id/test`,
    summary: 'Send a ping and say what came back',
    ...writing,
    params,
    reply: { 200: schema.TestView },
    handle: async ({ caller, params: { id } }) => ({ status: 200, body: await testWebhook(app, caller, id) }),
  }),
]

const deliveryRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path: `${path}/:id/deliveries`,
    summary: 'List what a webhook was told and what became of it, the newest first',
    ...reading,
    params,
    query: z.object({ state: z.enum(schema.deliveryStates).optional(), limit, after }),
    reply: { 200: z.object({ items: z.array(schema.DeliveryView), next: z.string().nullable() }) },
    async handle({ params: { id }, query }) {
      const list = openList(app, ['GET /admin/webhooks/:id/deliveries', id, query.state ?? null], query)
      const found = await listWebhookDeliveries(app, id, { ...list, state: query.state })
      return { status: 200, body: list.page(found, positionOf, deliveryViewOf) }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/:id/deliveries/:delivery/retry`,
    summary: 'Try a dead letter again, or what waits at once',
    ...writing,
    params: z.object({ id: z.uuid(), delivery: z.uuid() }),
    reply: { 202: z.object({ retried: z.number().int() }) },
    async handle({ caller, params: { id, delivery } }) {
      const retried = await retryWebhookDeliveries(app, caller, id, delivery)
      return { status: 202, body: { retried } }
    },
  }),
]

const replayRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'post',
    path: `${path}/:id/replay`,
    summary: 'Tell a webhook again what has happened since a time, or one event',
    ...writing,
    idempotent: true,
    params,
    body: StartReplay,
    reply: { 202: ReplayView },
    async handle({ caller, params: { id }, body }) {
      return { status: 202, body: replayViewOf(await replayToWebhook(app, caller, id, body)) }
    },
  }),

  endpoint({
    method: 'get',
    path: `${path}/:id/replays/:replay`,
    summary: 'Show how far a replay is',
    ...reading,
    params: ReplayParams,
    reply: { 200: ReplayView },
    async handle({ params: { id, replay } }) {
      return { status: 200, body: replayViewOf(await findWebhookReplay(app, id, replay)) }
    },
  }),
]

const positionOf = ({ createdAt, id }: Pick<Webhook | DeliveryRecord, 'createdAt' | 'id'>) => ({
  key: createdAt.toISOString(),
  id,
})
