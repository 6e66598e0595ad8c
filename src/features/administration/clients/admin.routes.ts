import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, etagOf, type Reply, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import {
  ChangedClientFields,
  ClientFields,
  type ClientRecord,
  ClientSecretView,
  ClientView,
  clientViewOf,
  ClientWithSecret,
  type CreatedClient,
  listClientSecrets,
  NewClientFields,
} from '../../clients/index.ts'
import {
  changeManagedClient,
  createManagedClient,
  deleteManagedClient,
  endManagedSecret,
  findManagedClient,
  listManagedClients,
  replaceManagedClient,
  rotateManagedSecret,
  switchManagedClient,
} from './manage-clients.ts'
import { ClientPage, ClientParams, ListClients, Rotate, Rotated, SecretParams, Switch } from './schema.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'>

const path = '/admin/clients'
const reading = { access: { permission: 'clients:read:any' } } as const
const writing = { access: { permission: 'clients:write:any' }, signedInWithin: recentSignInSeconds } as const

/** Applications and service accounts, for administrators. */
export const clientRoutes = (app: Machinery): Route[] => [...registered(app), ...secrets(app)]

const registered = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List clients, the newest first',
    ...reading,
    query: ListClients,
    reply: { 200: ClientPage },
    async handle({ query }) {
      const { items, next } = await listManagedClients(app, query)
      return { status: 200, body: { items: items.map(clientViewOf), next } }
    },
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Register an application or a service account',
    ...writing,
    idempotent: true,
    body: NewClientFields,
    reply: { 201: ClientWithSecret },
    handle: async ({ caller, body }) => saved(201, await createManagedClient(app, caller, body)),
  }),

  endpoint({
    method: 'get',
    path: `${path}/:id`,
    summary: 'Show a client',
    ...reading,
    params: ClientParams,
    reply: { 200: ClientView },
    handle: async ({ params }) => shown(await findManagedClient(app, params.id)),
  }),

  endpoint({
    method: 'put',
    path: `${path}/:id`,
    summary: 'Replace all that is registered of a client',
    ...writing,
    versioned: true,
    params: ClientParams,
    body: ClientFields,
    reply: { 200: ClientWithSecret },
    handle: async ({ caller, params, body, ifMatch }) =>
      saved(200, await replaceManagedClient(app, caller, params.id, body, { ifMatch })),
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:id`,
    summary: 'Change what is registered of a client',
    ...writing,
    versioned: true,
    params: ClientParams,
    body: ChangedClientFields,
    reply: { 200: ClientWithSecret },
    handle: async ({ caller, params, body, ifMatch }) =>
      saved(200, await changeManagedClient(app, caller, params.id, body, { ifMatch })),
  }),

  ...switches(app),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Remove a client for good',
    ...writing,
    versioned: true,
    params: ClientParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params, ifMatch }) {
      await deleteManagedClient(app, caller, params.id, { ifMatch })
      return { status: 204 }
    },
  }),
]

const switches = (app: Machinery): Route[] =>
  (
    [
      { name: 'disable', enabled: false, summary: 'Bar a client at once' },
      { name: 'enable', enabled: true, summary: 'Let a disabled client in again' },
    ] as const
  ).map(({ name, enabled, summary }) =>
    endpoint({
      method: 'post',
      path: `${path}/:id/${name}`,
      summary,
      ...writing,
      versioned: true,
      params: ClientParams,
      body: Switch.optional(),
      reply: { 200: ClientView },
      handle: async ({ caller, params, body, ifMatch }) =>
        shown(
          await switchManagedClient(app, caller, params.id, { enabled, reason: body?.reason }, { ifMatch }),
        ),
    }),
  )

const secrets = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path: `${path}/:id/secrets`,
    summary: 'List the secrets of a client by age and last use',
    ...reading,
    params: ClientParams,
    reply: { 200: z.object({ items: z.array(ClientSecretView) }) },
    handle: async ({ params }) => ({ status: 200, body: { items: await listClientSecrets(app, params.id) } }),
  }),

  endpoint({
    method: 'post',
    path: `${path}/:id/secrets`,
    summary: 'Give a client a new secret; the one before works a while longer',
    ...writing,
    idempotent: true,
    versioned: true,
    params: ClientParams,
    body: Rotate,
    reply: { 201: Rotated },
    async handle({ caller, params, body, ifMatch }) {
      const made = await rotateManagedSecret(app, caller, params.id, body.overlap_seconds, { ifMatch })
      const { id, secret, previousExpiresAt } = made
      return { status: 201, body: { id, client_secret: secret, previous_expires_at: previousExpiresAt } }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id/secrets/:secret_id`,
    summary: 'End a secret that has a successor before its time',
    ...writing,
    versioned: true,
    params: SecretParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params, ifMatch }) {
      const which = { clientId: params.id, secretId: params.secret_id }
      await endManagedSecret(app, caller, which, { ifMatch })
      return { status: 204 }
    },
  }),
]

function shown(client: ClientRecord): Reply {
  const body = clientViewOf(client)
  return { status: 200, body, headers: { etag: etagOf(body) } }
}

function saved(status: number, { client, secret }: CreatedClient): Reply {
  const { body, headers = {} } = shown(client)
  return { status, headers, body: { ...Object(body), ...(secret !== null && { client_secret: secret }) } }
}
