import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Reply, type Route } from '../../../platform/http/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { inspectUpstream } from '../upstream/inspect-upstream.ts'
import { changeProvider, switchProvider } from './change-provider.ts'
import { createProvider, type SavedProvider } from './create-provider.ts'
import { deleteProvider } from './delete-provider.ts'
import { findProvider, listProviders } from './find-providers.ts'
import { connectorViews, tagOf, viewOf } from './provider-view.ts'
import {
  ChangeProvider,
  ConnectorView,
  NewProvider,
  ProviderParams,
  ProviderView,
  SavedView,
  Trial,
  TryProvider,
} from './schema.ts'
import { tryProvider, upstreamOf } from './try-provider.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'> & WithSettings

const path = '/admin/providers'
const reading = { access: { permission: 'providers:read:any' } } as const
const writing = {
  access: { permission: 'providers:write:any' },
  signedInWithin: recentSignInSeconds,
} as const

/** Identity providers, for administrators. */
export const providerRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List identity providers in the order of their buttons',
    ...reading,
    reply: { 200: z.object({ items: z.array(ProviderView) }) },
    handle: async () => ({
      status: 200,
      body: { items: (await listProviders(app.db)).map((one) => viewOf(app.config, one)) },
    }),
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Set an identity provider up',
    ...writing,
    idempotent: true,
    body: NewProvider,
    reply: { 201: SavedView },
    handle: async ({ caller, body }) => ({
      status: 201,
      body: savedView(app, await createProvider(app, caller, body)),
    }),
  }),

  // Before the next one: no provider has this slug.
  endpoint({
    method: 'get',
    path: `${path}/connectors`,
    summary: 'List what kinds of identity provider there are, and what each wants to know',
    ...reading,
    reply: { 200: z.object({ items: z.array(ConnectorView) }) },
    handle: async () => ({ status: 200, body: { items: connectorViews(app.config) } }),
  }),

  endpoint({
    method: 'get',
    path: `${path}/:slug`,
    summary: 'Show an identity provider',
    ...reading,
    params: ProviderParams,
    reply: { 200: ProviderView },
    handle: ({ params }) => shown(app, params.slug),
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:slug`,
    summary: 'Change, enable or disable an identity provider',
    ...writing,
    versioned: true,
    params: ProviderParams,
    body: ChangeProvider,
    reply: { 200: SavedView },
    async handle({ caller, params, body, ifMatch }) {
      const saved = await changeProvider(app, caller, params.slug, body, { ifMatch })
      const etag = tagOf(app.config, saved.provider)
      return { status: 200, body: savedView(app, saved), headers: { etag } }
    },
  }),

  ...switches(app),

  endpoint({
    method: 'delete',
    path: `${path}/:slug`,
    summary: 'Remove an identity provider',
    ...writing,
    versioned: true,
    params: ProviderParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params, ifMatch }) {
      await deleteProvider(app, caller, params.slug, { ifMatch })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/:slug/test`,
    summary: 'Look whether an identity provider is where its record says',
    ...reading,
    params: ProviderParams,
    reply: { 200: Trial.shape.upstream },
    handle: async ({ params }) => ({
      status: 200,
      body: upstreamOf(await inspectUpstream(app, await findProvider(app.db, params.slug))),
    }),
  }),

  endpoint({
    method: 'post',
    path: `${path}/:slug/try`,
    summary: 'Try what a sign-in by an identity provider would come to',
    ...reading,
    params: ProviderParams,
    body: TryProvider,
    reply: { 200: Trial },
    handle: async ({ params, body }) => ({
      status: 200,
      body: await tryProvider(app, await findProvider(app.db, params.slug), body),
    }),
  }),
]

const switches = (app: Machinery): Route[] =>
  (
    [
      { name: 'enable', enabled: true, summary: 'Let people sign in by an identity provider' },
      { name: 'disable', enabled: false, summary: 'Let nobody sign in by an identity provider any more' },
    ] as const
  ).map(({ name, enabled, summary }) =>
    endpoint({
      method: 'post',
      path: `${path}/:slug/${name}`,
      summary,
      ...writing,
      params: ProviderParams,
      reply: { 200: ProviderView },
      async handle({ caller, params }) {
        await switchProvider(app, caller, params.slug, enabled)
        return shown(app, params.slug)
      },
    }),
  )

async function shown({ config, db }: Machinery, slug: string): Promise<Reply> {
  const provider = await findProvider(db, slug)
  return { status: 200, body: viewOf(config, provider), headers: { etag: tagOf(config, provider) } }
}

const savedView = ({ config }: Pick<App, 'config'>, { provider, notes }: SavedProvider) => ({
  ...viewOf(config, provider),
  notes,
})
