import type { App, By } from '../../platform/app.ts'
import { randomToken, sha256 } from '../../platform/crypto/index.ts'
import {
  clientErrors,
  type ClientRecord,
  deleteClient,
  readClient,
  replaceClient,
  type WithClients,
} from '../clients/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { askedClient } from './asked-client.ts'
import { bearerOf } from './bearer.ts'
import { errors } from './errors.ts'
import type { Registered } from './register-client.ts'
import * as registrations from './repository.ts'
import type { Registration } from './repository.ts'
import type { Sent } from './schema.ts'

type Machinery = Pick<App, 'clock' | 'db' | 'outbound'> & WithClients & WithSettings

interface Presented {
  clientId: string
  authorization: string
}

interface Managed {
  client: ClientRecord
  registration: Registration
  token: string
  by: By
}

/**
 * What stands registered, without the secret: of that only a hash is kept (RFC 7592, section 2.1).
 *
 * @throws registration_token_invalid (401): no such client, or not its token; the answer is the same for both.
 * @throws registration_barred (403): an operator disabled it.
 */
export async function readRegistration(app: Machinery, presented: Presented): Promise<Registered> {
  const { client, registration, token } = await managed(app, presented)
  return { client, registration, token, secret: null }
}

/**
 * Replaces what is registered, under the terms it registered under, and the token with it: of those who present the same one at
 * the same moment one succeeds (RFC 7592, section 2.2). Whether it is enabled is not the application's to say.
 *
 * @throws registration_token_invalid (401), registration_barred (403): see `readRegistration`.
 * @throws invalid_redirect_uri, invalid_client_metadata, invalid_software_statement, unapproved_software_statement (400)
 */
export async function updateRegistration(
  app: Machinery,
  presented: Presented & { by: By; sent: Sent },
): Promise<Registered> {
  const { client, registration, token, by } = await managed(app, presented)
  const { clientId, policy, registeredAt, softwareStatement } = registration
  demandOwnWords(app, client, presented.sent)
  const terms = { policy, since: registeredAt, statement: softwareStatement }
  const { client: asked, software } = await askedClient(app, presented.sent, terms)
  const next = randomToken()

  const { client: after, secret } = await replaceClient(app, by, clientId, asked, async (tx) => {
    const before = { clientId, tokenHash: sha256(token) }
    if (!(await registrations.replaceRegistration(tx, before, { ...software, tokenHash: sha256(next) })))
      throw invalidToken()
  })
  return { client: after, registration: { ...registration, ...software }, secret, token: next }
}

/**
 * Removes the client at its own wish, and what it was given (RFC 7592, section 2.3).
 *
 * @throws registration_token_invalid (401), registration_barred (403): see `readRegistration`.
 */
export async function removeRegistration(app: Machinery, presented: Presented & { by: By }): Promise<void> {
  const { by } = await managed(app, presented)
  await deleteClient(app, by, presented.clientId)
}

async function managed(
  app: Machinery,
  { clientId, authorization, by }: Presented & { by?: By },
): Promise<Managed> {
  const token = bearerOf(authorization)
  if (token === null) throw errors.registration_token_missing({ challenge: 'Bearer' })
  const registration = await registrations.findRegistration(app.db, { clientId, tokenHash: sha256(token) })
  const client = registration && (await readClient(app, clientId))
  if (!registration || !client) throw invalidToken()
  if (!client.enabled) throw errors.registration_barred()
  return {
    client,
    registration,
    token,
    by: { actor: { type: 'client', id: clientId }, origin: by?.origin ?? null },
  }
}

/** Members that only we may set, and what they would have to be where they may be repeated (RFC 7592, section 2.2). */
function demandOwnWords({ clients }: WithClients, client: ClientRecord, sent: Sent): void {
  const ours = [
    'registration_access_token',
    'registration_client_uri',
    'client_secret_expires_at',
    'client_id_issued_at',
  ]
  const { client_id: id, client_secret: secret } = sent
  const faults = [
    ...(id === client.id ? [] : [{ field: 'client_id', detail: 'must be the client’s own' }]),
    ...ours.filter((name) => name in sent).map((field) => ({ field, detail: 'must not be sent' })),
    ...(secret === undefined || (typeof secret === 'string' && clients.secretMatches(client, secret))
      ? []
      : [{ field: 'client_secret', detail: 'is not the one it has, and cannot be chosen' }]),
  ]
  if (faults.length === 0) return
  const detail = faults.map((one) => `${one.field} ${one.detail}`).join('; ')
  throw clientErrors.invalid_client_metadata({ detail, fields: faults })
}

const invalidToken = () => errors.registration_token_invalid({ challenge: 'Bearer error="invalid_token"' })
