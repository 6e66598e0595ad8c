import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../../platform/http/index.ts'
import { addHook } from './add-hook.ts'
import { viewOf } from './hook-view.ts'
import { removeHook } from './remove-hook.ts'
import * as hooks from './repository.ts'
import { AddedHook, HookView, NewHook } from './schema.ts'

const path = '/admin/claim-hooks'
const reading = { access: { permission: 'claims:read:any' } } as const
const writing = { access: { permission: 'claims:write:any' }, signedInWithin: recentSignInSeconds } as const

/** Services that are asked for claims, for administrators. */
export const hookRoutes = (app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List the services that are asked for claims',
    ...reading,
    reply: { 200: z.object({ items: z.array(HookView) }) },
    handle: async () => ({ status: 200, body: { items: (await hooks.list(app.db)).map(viewOf) } }),
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Ask a service for claims',
    ...writing,
    idempotent: true,
    body: NewHook,
    reply: { 201: AddedHook },
    async handle({ caller, body }) {
      const { hook, secret } = await addHook(app, caller, body)
      return { status: 201, body: { ...viewOf(hook), secret } }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Ask a service for claims no more',
    ...writing,
    params: z.object({ id: z.uuid() }),
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await removeHook(app, caller, params.id)
      return { status: 204 }
    },
  }),
]
