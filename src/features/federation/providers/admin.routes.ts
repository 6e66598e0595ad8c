import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../../platform/http/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { changeProvider } from './change-provider.ts'
import { createProvider, type SavedProvider } from './create-provider.ts'
import { deleteProvider } from './delete-provider.ts'
import { findProvider, listProviders } from './find-providers.ts'
import { connectorViews, viewOf } from './provider-view.ts'
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
import { tryProvider } from './try-provider.ts'

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
    handle: async ({ params }) => ({
      status: 200,
      body: viewOf(app.config, await findProvider(app.db, params.slug)),
    }),
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:slug`,
    summary: 'Change, enable or disable an identity provider',
    ...writing,
    params: ProviderParams,
    body: ChangeProvider,
    reply: { 200: SavedView },
    handle: async ({ caller, params, body }) => ({
      status: 200,
      body: savedView(app, await changeProvider(app, caller, params.slug, body)),
    }),
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:slug`,
    summary: 'Remove an identity provider',
    ...writing,
    params: ProviderParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await deleteProvider(app, caller, params.slug)
      return { status: 204 }
    },
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

const savedView = ({ config }: Pick<App, 'config'>, { provider, notes }: SavedProvider) => ({
  ...viewOf(config, provider),
  notes,
})
