import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import {
  after,
  endpoint,
  limit,
  openList,
  recentSignInSeconds,
  type Reply,
  type Route,
} from '../../platform/http/index.ts'
import type { ApiRecord } from './api.ts'
import { tagOf, viewOf } from './api-view.ts'
import { changeApi } from './change-api.ts'
import { createApi } from './create-api.ts'
import { deleteApi } from './delete-api.ts'
import { findApi } from './find-apis.ts'
import * as apis from './repository.ts'
import { ApiParams, ApiView, ChangeApi, NewApi } from './schema.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

const path = '/admin/apis'
const reading = { access: { permission: 'apis:read:any' } } as const
const writing = { access: { permission: 'apis:write:any' }, signedInWithin: recentSignInSeconds } as const

/** Registered APIs, for administrators. */
export const adminRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List registered APIs, the newest first',
    ...reading,
    query: z.object({ limit, after }),
    reply: { 200: z.object({ items: z.array(ApiView), next: z.string().nullable() }) },
    async handle({ query }) {
      const list = openList(app, ['GET /admin/apis'], query)
      const found = await apis.list(app.db, list)
      return { status: 200, body: list.page(found, positionOf, viewOf) }
    },
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Register an API that access tokens are for',
    ...writing,
    idempotent: true,
    body: NewApi,
    reply: { 201: ApiView },
    handle: async ({ caller, body }) => ({ status: 201, body: viewOf(await createApi(app, caller, body)) }),
  }),

  endpoint({
    method: 'get',
    path: `${path}/:id`,
    summary: 'Show a registered API',
    ...reading,
    params: ApiParams,
    reply: { 200: ApiView },
    handle: async ({ params }) => shown(await findApi(app, params.id)),
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:id`,
    summary: 'Change a registered API',
    ...writing,
    versioned: true,
    params: ApiParams,
    body: ChangeApi,
    reply: { 200: ApiView },
    handle: async ({ caller, params, body, ifMatch }) =>
      shown(await changeApi(app, caller, params.id, body, { ifMatch })),
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Remove a registered API',
    ...writing,
    versioned: true,
    params: ApiParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params, ifMatch }) {
      await deleteApi(app, caller, params.id, { ifMatch })
      return { status: 204 }
    },
  }),
]

const shown = (api: ApiRecord): Reply => ({ status: 200, body: viewOf(api), headers: { etag: tagOf(api) } })

const positionOf = ({ createdAt, id }: ApiRecord) => ({ key: createdAt.toISOString(), id })
