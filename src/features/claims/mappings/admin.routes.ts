import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Reply, type Route } from '../../../platform/http/index.ts'
import { addMapping } from './add-mapping.ts'
import { changeMapping, findMapping } from './change-mapping.ts'
import type { Mapping } from './mapping.ts'
import { tagOf, viewOf } from './mapping-view.ts'
import { removeMapping } from './remove-mapping.ts'
import * as mappings from './repository.ts'
import { ChangeMapping, MappingParams, MappingView, NewMapping } from './schema.ts'

const path = '/admin/claims'
const reading = { access: { permission: 'claims:read:any' } } as const
const writing = { access: { permission: 'claims:write:any' }, signedInWithin: recentSignInSeconds } as const

/** Claims in tokens, for administrators. */
export const mappingRoutes = (app: Pick<App, 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List the claims that are added to tokens',
    ...reading,
    reply: { 200: z.object({ items: z.array(MappingView) }) },
    handle: async () => ({ status: 200, body: { items: (await mappings.list(app.db)).map(viewOf) } }),
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Add a claim to tokens',
    ...writing,
    idempotent: true,
    body: NewMapping,
    reply: { 201: MappingView },
    handle: async ({ caller, body }) => ({ status: 201, body: viewOf(await addMapping(app, caller, body)) }),
  }),

  endpoint({
    method: 'get',
    path: `${path}/:id`,
    summary: 'Show a claim that is added to tokens',
    ...reading,
    params: MappingParams,
    reply: { 200: MappingView },
    handle: async ({ params }) => shown(await findMapping(app.db, params.id)),
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:id`,
    summary: 'Change a claim that is added to tokens',
    ...writing,
    versioned: true,
    params: MappingParams,
    body: ChangeMapping,
    reply: { 200: MappingView },
    handle: async ({ caller, params, body, ifMatch }) =>
      shown(await changeMapping(app, caller, params.id, body, { ifMatch })),
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Add a claim to tokens no more',
    ...writing,
    versioned: true,
    params: MappingParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params, ifMatch }) {
      await removeMapping(app, caller, params.id, { ifMatch })
      return { status: 204 }
    },
  }),
]

const shown = (mapping: Mapping): Reply => ({
  status: 200,
  body: viewOf(mapping),
  headers: { etag: tagOf(mapping) },
})
