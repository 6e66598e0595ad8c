import { z } from 'zod'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'
import { registeredMetadata, type WithClients } from '../clients/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { refusedAs } from './errors.ts'
import { readRegistration, removeRegistration, updateRegistration } from './manage-registration.ts'
import { recordingRefusal } from './record-refusal.ts'
import { registerClient, type Registered } from './register-client.ts'
import { ClientId, ClientInformation, Refusal, Sent } from './schema.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'outbound'> & WithClients & WithSettings

const refusals = { 400: Refusal, 401: Refusal, 403: Refusal }

/** Who calls proves it by a token of these operations' own, so none of them takes an access token. */
export const routes = (app: Machinery): Route[] => [
  endpoint({
    method: 'post',
    path: '/register',
    summary: 'Register an application (RFC 7591)',
    access: 'public',
    limit: 'client-registration',
    refusedAs,
    body: Sent,
    reply: { 201: ClientInformation, ...refusals },
    async handle({ by, body, authorization }) {
      const registered = await recordingRefusal(app, by, () =>
        registerClient(app, by, { authorization, sent: body }),
      )
      return { status: 201, body: shown(app, registered) }
    },
  }),

  endpoint({
    method: 'get',
    path: '/register/:client_id',
    summary: 'Show an application its registration (RFC 7592)',
    access: 'public',
    refusedAs,
    params: ClientId,
    reply: { 200: ClientInformation, ...refusals },
    async handle({ params, authorization }) {
      const registered = await readRegistration(app, { clientId: params.client_id, authorization })
      return { status: 200, body: shown(app, registered) }
    },
  }),

  endpoint({
    method: 'put',
    path: '/register/:client_id',
    summary: 'Let an application change its registration (RFC 7592)',
    access: 'public',
    limit: 'client-registration',
    refusedAs,
    params: ClientId,
    body: Sent,
    reply: { 200: ClientInformation, ...refusals },
    async handle({ by, params, body, authorization }) {
      const presented = { by, clientId: params.client_id, authorization, sent: body }
      return { status: 200, body: shown(app, await updateRegistration(app, presented)) }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/register/:client_id',
    summary: 'Let an application end its registration (RFC 7592)',
    access: 'public',
    refusedAs,
    params: ClientId,
    reply: { 204: z.undefined(), ...refusals },
    async handle({ by, params, authorization }) {
      await removeRegistration(app, { by, clientId: params.client_id, authorization })
      return { status: 204 }
    },
  }),
]

function shown(
  { config }: Pick<App, 'config'>,
  { client, registration, secret, token }: Registered,
): z.input<typeof ClientInformation> {
  const { softwareStatement, softwareId, softwareVersion, registeredAt } = registration
  const metadata = registeredMetadata(client) as Pick<z.input<typeof ClientInformation>, 'client_name'> // names of RFC 7591
  return {
    ...(metadata as z.input<typeof ClientInformation>),
    client_id: client.id,
    client_id_issued_at: epochSeconds(registeredAt),
    ...(secret !== null && { client_secret: secret }),
    ...(client.secrets.length > 0 && {
      client_secret_expires_at: client.expiresAt === null ? 0 : epochSeconds(client.expiresAt),
    }),
    registration_access_token: token,
    registration_client_uri: `${config.issuer}/register/${client.id}`,
    ...(softwareStatement !== null && { software_statement: softwareStatement }),
    ...(softwareId !== null && { software_id: softwareId }),
    ...(softwareVersion !== null && { software_version: softwareVersion }),
  }
}
