import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../../platform/http/index.ts'
import { addMapping } from './add-mapping.ts'
import { viewOf } from './mapping-view.ts'
import { removeMapping } from './remove-mapping.ts'
import * as mappings from './repository.ts'
import { MappingView, NewMapping } from './schema.ts'

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
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Add a claim to tokens no more',
    ...writing,
    params: z.object({ id: z.uuid() }),
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await removeMapping(app, caller, params.id)
      return { status: 204 }
    },
  }),
]
