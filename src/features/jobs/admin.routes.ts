import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { endpoint, openList, recentSignInSeconds, type Route } from '../../platform/http/index.ts'
import { listDeliveries, retryDeliveries } from '../deliveries/index.ts'
import { listGivenUp, listJobs } from '../outbox/index.ts'
import {
  deliveryStatesOf,
  DeliveryView,
  deliveryView,
  JobParams,
  JobView,
  jobView,
  ListDeliveries,
  ListJobs,
  ReactionParams,
  ReactionView,
  reactionView,
  RetryDeliveries,
  statesOf,
} from './schema.ts'
import { discardFailedJob, discardReaction, retryFailedJob, retryReaction } from './work-again.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

const reading = { access: { permission: 'jobs:read:any' } } as const
const writing = { access: { permission: 'jobs:write:any' }, signedInWithin: recentSignInSeconds } as const
const nothing = { 204: z.undefined() }
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

/** Work that waits or has failed: jobs, reactions to events, and what other servers were to be told. */
export const adminRoutes = (app: Machinery): Route[] => [
  ...jobRoutes(app),
  ...reactionRoutes(app),
  ...deliveryRoutes(app),
]

const jobRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/jobs',
    summary: 'List jobs of the queue, those that failed unless others are asked for',
    ...reading,
    query: ListJobs,
    reply: { 200: page(JobView) },
    async handle({ query: { limit, after, state, name } }) {
      const list = openList(app, ['GET /admin/jobs', state, name], { limit, after })
      const which = { states: statesOf(state), name }
      const found = await listJobs(app.db, which, { from: list.from, limit: list.rows })
      return { status: 200, body: list.page(found, ({ id }) => ({ key: '', id }), jobView) }
    },
  }),
  endpoint({
    method: 'post',
    path: '/admin/jobs/:id/retry',
    summary: 'Put a job that failed to work again',
    ...writing,
    params: JobParams,
    reply: nothing,
    async handle({ caller, params }) {
      await retryFailedJob(app, caller, params.id)
      return { status: 204 }
    },
  }),
  endpoint({
    method: 'delete',
    path: '/admin/jobs/:id',
    summary: 'Remove a job that failed: what it was to do is not done',
    ...writing,
    params: JobParams,
    reply: nothing,
    async handle({ caller, params }) {
      await discardFailedJob(app, caller, params.id)
      return { status: 204 }
    },
  }),
]

const reactionPath = '/admin/reactions/:event_id/:reaction'

const reactionRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/reactions',
    summary: 'List reactions to events that were given up',
    ...reading,
    query: ListJobs.pick({ limit: true, after: true }),
    reply: { 200: page(ReactionView) },
    async handle({ query }) {
      const list = openList(app, ['GET /admin/reactions'], query)
      const found = await listGivenUp(app.db, { from: list.from, limit: list.rows })
      const positionOf = ({ at, eventId, reaction }: (typeof found)[number]) => ({
        key: at.toISOString(),
        id: `${eventId} ${reaction}`,
      })
      return { status: 200, body: list.page(found, positionOf, reactionView) }
    },
  }),
  endpoint({
    method: 'post',
    path: `${reactionPath}/retry`,
    summary: 'Let a reaction that was given up see its event once more',
    ...writing,
    params: ReactionParams,
    reply: nothing,
    async handle({ caller, params }) {
      await retryReaction(app, caller, { eventId: params.event_id, reaction: params.reaction })
      return { status: 204 }
    },
  }),
  endpoint({
    method: 'delete',
    path: reactionPath,
    summary: 'Let go of a reaction that was given up',
    ...writing,
    params: ReactionParams,
    reply: nothing,
    async handle({ caller, params }) {
      await discardReaction(app, caller, { eventId: params.event_id, reaction: params.reaction })
      return { status: 204 }
    },
  }),
]

export const deliveryRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/deliveries',
    summary: 'List what other servers were to be told, dead letters unless others are asked for',
    ...reading,
    query: ListDeliveries,
    reply: { 200: page(DeliveryView) },
    async handle({ query: { limit, after, state, kind, destination } }) {
      const list = openList(app, ['GET /admin/deliveries', state, kind, destination], { limit, after })
      const from = list.from ? { at: new Date(list.from.key), id: list.from.id } : undefined
      const which = { kind, destination, states: deliveryStatesOf(state) }
      const found = await listDeliveries(app.db, which, { limit: list.rows, after: from })
      const positionOf = ({ createdAt, id }: (typeof found)[number]) => ({ key: createdAt.toISOString(), id })
      return { status: 200, body: list.page(found, positionOf, deliveryView) }
    },
  }),
  endpoint({
    method: 'post',
    path: '/admin/deliveries/retry',
    summary: 'Try dead letters again, and what waits at once',
    ...writing,
    body: RetryDeliveries,
    reply: { 200: z.object({ retried: z.number().int() }) },
    handle: async ({ caller, body }) => ({
      status: 200,
      body: { retried: await retryDeliveries(app, caller, body) },
    }),
  }),
]
