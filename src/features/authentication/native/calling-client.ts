import type { By } from '../../../platform/app.ts'
import { networkOf } from '../../../platform/limits/index.ts'
import { admitClient } from '../../admission/index.ts'
import * as audit from '../../audit/index.ts'
import { type ClientRecord, mustBind } from '../../clients/index.ts'
import { type PresentedClient, refusedAs } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<Parts, 'clients' | 'clock' | 'config' | 'db' | 'limits' | 'oidc' | 'requestLimits'>

/** How a client says which one it is: in the body, or by HTTP Basic (RFC 6749, section 2.3.1). */
export interface Sent {
  authorization: string
  body: { client_id?: string | undefined; client_secret?: string | undefined }
}

export interface CallingClient extends PresentedClient {
  metadata: ClientRecord['metadata']
}

/**
 * The application that calls, which must be one of our own that signs people in, and prove it where it can keep a secret.
 * Before anything is asked about a person.
 *
 * @throws client_ambiguous (400): it says two things, or nothing (RFC 6749, section 2.3).
 * @throws invalid_client (401): unknown, turned off, not in production, or not its secret; all alike.
 * @throws not_first_party (403): somebody else's.
 * @throws too_many_requests (429): this network fails too often, or this application calls too often. One that has no secret is
 * not counted: anybody can speak in its name.
 */
export async function callingClient(app: Machinery, by: By, sent: Sent): Promise<CallingClient> {
  const presented = read(sent)
  const network = networkOf(by.origin?.ip ?? '')
  await app.limits.take('client-secret', network)
  const client = await app.clients.get(presented.id)
  const fault = faultOf(app, client, presented.secret)
  if (!client || fault !== null) {
    await recordFailure(app, by, client, fault ?? 'client not found')
    throw refusedAs(
      'invalid_client',
      isBasic(sent) ? { challenge: `Basic realm="${app.config.issuer}"` } : {},
    )
  }
  await app.limits.giveBack('client-secret', network)
  if (presented.secret !== null) await app.requestLimits.takeClient(client.id)
  if (!signsPeopleIn(client)) throw errors.not_first_party()
  return { ...presented, metadata: client.metadata }
}

const signsPeopleIn = ({ firstParty, metadata }: ClientRecord): boolean =>
  firstParty && metadata.grant_types.includes('authorization_code')

function faultOf(app: Machinery, client: ClientRecord | null, secret: string | null): string | null {
  if (!client) return 'client not found'
  const barred = admitClient(app, client)
  if (barred !== null) return barred
  if (mustBind(client.metadata)) return 'tokens of this client must be bound to a key, which is not done here'
  const method = client.metadata.token_endpoint_auth_method
  if (method === 'none') return secret === null ? null : 'a public client has no secret'
  if (method !== 'client_secret_basic' || secret === null)
    return 'another authentication method is registered'
  return app.clients.secretMatches(client, secret) ? null : 'invalid secret provided'
}

/** Up to a number for each client and minute; all clients that do not exist share one. */
async function recordFailure(
  app: Machinery,
  by: By,
  client: ClientRecord | null,
  reason: string,
): Promise<void> {
  const allowed = app.oidc.allowance(`client.authentication_failed ${client?.id ?? ''}`)
  if (allowed === 'no') return
  await audit.record(app.db, app.clock.now(), by, {
    action: 'client.authentication_failed',
    outcome: 'failure',
    reason,
    ...(allowed === 'last' && { details: { furtherOnesRecorded: false } }),
    ...(client && { target: { type: 'client', id: client.id } }),
  })
}

const isBasic = ({ authorization }: Sent): boolean => /^basic /i.test(authorization)

function read({ authorization, body }: Sent): PresentedClient {
  const { client_id: id, client_secret: secret } = body
  if (!isBasic({ authorization, body })) {
    if (id === undefined) throw errors.client_ambiguous()
    return { id, secret: secret ?? null }
  }
  const basic = decode(authorization)
  if (!basic || secret !== undefined || (id !== undefined && id !== basic.id)) throw errors.client_ambiguous()
  return basic
}

/** Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1). */
function decode(authorization: string): { id: string; secret: string } | null {
  const text = Buffer.from(authorization.slice('basic '.length), 'base64').toString()
  const [, id, secret] = /^([^:]{1,300}):(.{1,300})$/.exec(text) ?? []
  if (id === undefined || secret === undefined) return null
  try {
    return { id: formDecoded(id), secret: formDecoded(secret) }
  } catch {
    return null // a percent sign that begins nothing
  }
}

const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'))
