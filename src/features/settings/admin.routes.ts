import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Reply, type Route } from '../../platform/http/index.ts'
import { changeSetting, resetSetting } from './change-setting.ts'
import type { Scope } from './scope.ts'
import { findSetting, showSetting, showSettings, type ShownSetting } from './show-setting.ts'

const path = '/admin/settings'
const reading = { access: { permission: 'settings:read:any' } } as const
const writing = {
  access: { permission: 'settings:write:any' },
  signedInWithin: recentSignInSeconds,
  versioned: true,
} as const

const ScopeOf = z
  .strictObject({
    client: z.string().min(1).max(200).optional(),
    organization: z.string().min(1).max(200).optional(),
  })
  .meta({ description: 'For one client or one organization; neither: for the system.' })

const Params = z.object({ key: z.string().max(100) })

const SettingView = z.object({
  key: z.string(),
  description: z.string(),
  scopes: z.array(z.enum(['system', 'organization', 'client'])),
  schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of what it may be.' }),
  default: z.unknown(),
  value: z.unknown().meta({ description: 'What holds there.' }),
  own: z.boolean().meta({ description: 'It has a value of its own there.' }),
  changed_at: z.date().nullable(),
  changed_by: z.object({ type: z.string(), id: z.string().nullable() }).nullable(),
  exceptions: z
    .array(
      z.object({ scope: z.enum(['system', 'organization', 'client']), id: z.string(), value: z.unknown() }),
    )
    .optional()
    .meta({ description: 'In a list for the system: clients and organizations with a value of their own.' }),
})

/** What an operator decides while the service runs. */
export const adminRoutes = (app: Pick<App, 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List settings with what holds, what may be and who changed them',
    ...reading,
    query: ScopeOf,
    reply: { 200: z.object({ items: z.array(SettingView) }) },
    handle: async ({ query }) => ({
      status: 200,
      body: { items: (await showSettings(app.db, scopeOf(query))).map(viewOf) },
    }),
  }),

  endpoint({
    method: 'get',
    path: `${path}/:key`,
    summary: 'Show a setting',
    ...reading,
    params: Params,
    query: ScopeOf,
    reply: { 200: SettingView },
    handle: async ({ params, query }) => replyOf(await findSetting(app, params.key, scopeOf(query))),
  }),

  endpoint({
    method: 'put',
    path: `${path}/:key`,
    summary: 'Give a setting a value of its own',
    ...writing,
    params: Params,
    query: ScopeOf,
    body: z.strictObject({ value: z.json() }),
    reply: { 200: SettingView },
    async handle({ caller, params, query, body, ifMatch }) {
      await changeSetting(app, caller, params.key, body.value, scopeOf(query), { ifMatch })
      return shown(app, params.key, scopeOf(query))
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:key`,
    summary: 'Take the own value of a setting away: the wider one or the default holds',
    ...writing,
    params: Params,
    query: ScopeOf,
    reply: { 200: SettingView },
    async handle({ caller, params, query, ifMatch }) {
      await resetSetting(app, caller, params.key, scopeOf(query), { ifMatch })
      return shown(app, params.key, scopeOf(query))
    },
  }),
]

const scopeOf = ({ client, organization }: z.infer<typeof ScopeOf>): Scope => ({
  clientId: client,
  organizationId: organization,
})

const shown = async (app: Pick<App, 'db'>, key: string, scope: Scope): Promise<Reply> =>
  replyOf(await showSetting(app, key, scope))

const replyOf = ({ setting, etag }: Awaited<ReturnType<typeof showSetting>>): Reply => ({
  status: 200,
  body: viewOf(setting),
  headers: { etag },
})

const viewOf = ({ changedAt, changedBy, ...setting }: ShownSetting) => ({
  ...setting,
  changed_at: changedAt,
  changed_by: changedBy,
})
