import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import {
  after,
  endpoint,
  limit,
  openList,
  recentSignInSeconds,
  type Route,
} from '../../platform/http/index.ts'
import { findStream } from './streams/find-stream.ts'
import { deleteStream } from './streams/delete-stream.ts'
import * as streams from './streams/repository.ts'
import { AdminStatus, AdminStream, StreamParams } from './streams/schema.ts'
import { setStreamStatus } from './streams/set-status.ts'
import type { Stream } from './streams/stream.ts'
import { adminViewOf } from './streams/stream-view.ts'

const path = '/admin/streams'
const reading = { access: { permission: 'signals:read:any' } } as const
const writing = { access: { permission: 'signals:write:any' }, signedInWithin: recentSignInSeconds } as const

/** Streams of all receivers, for administrators. */
export const adminRoutes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List streams of security events, the newest first',
    ...reading,
    query: z.object({ limit, after }),
    reply: { 200: z.object({ items: z.array(AdminStream), next: z.string().nullable() }) },
    async handle({ query }) {
      const list = openList(app, ['GET /admin/streams'], query)
      const found = await streams.list(app.db, list)
      return { status: 200, body: list.page(found, positionOf, adminViewOf) }
    },
  }),

  endpoint({
    method: 'get',
    path: `${path}/:id`,
    summary: 'Show a stream of security events',
    ...reading,
    params: StreamParams,
    reply: { 200: AdminStream },
    handle: async ({ params }) => ({ status: 200, body: adminViewOf(await findStream(app, params.id)) }),
  }),

  endpoint({
    method: 'post',
    path: `${path}/:id/status`,
    summary: 'Enable, pause or disable a stream, which is told so',
    ...writing,
    params: StreamParams,
    body: AdminStatus,
    reply: { 200: AdminStream },
    async handle({ caller, params, body: { status, reason = null } }) {
      return {
        status: 200,
        body: adminViewOf(await setStreamStatus(app, caller, params.id, { status, reason })),
      }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Delete a stream of security events',
    ...writing,
    params: StreamParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await deleteStream(app, caller, params.id)
      return { status: 204 }
    },
  }),
]

const positionOf = ({ createdAt, id }: Stream) => ({ key: createdAt.toISOString(), id })
