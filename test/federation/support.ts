import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Gatehouse } from '../../src/app.ts'
import { operator, type Operator, told } from '../administration/support.ts'
import { keepSecret } from '../support/canary.ts'
import { afterTest } from '../support/parts.ts'

/** What a client secret may look like; the canary looks for it in every log. */
export const someSecret = 'a-client-secret-of-a-provider'
keepSecret(someSecret)

/** Lets providers be on this machine. */
export const nearby = { variables: { OUTBOUND_ALLOW: 'localhost' } }

/** An OpenID Provider whose addresses are refused nowhere, and that nobody has to answer for. */
export const google = {
  slug: 'google',
  connector: 'google',
  name: 'Google',
  client_id: 'ours.apps.example',
  secret: someSecret,
}

export const create = async (
  by: Operator,
  given: object = {},
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const reply = await by.call('POST', '/admin/providers', { ...google, ...given })
  return { status: reply.status, body: await told(reply) }
}

export const root = (app: Gatehouse, origin?: string): Promise<Operator> =>
  operator(app, 'root_admin', origin)

export const fieldsOf = (body: Record<string, unknown>): string[] =>
  (body.errors as { field: string }[]).map(({ field }) => field)

/** A server on this machine, until the test ends; its URL, and what it was asked for. */
export async function server(handle: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const listening = createServer((request, response) => {
    asked.push(request.url ?? '')
    handle(request, response)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    listening.closeAllConnections()
    listening.close()
  })
  // A server that listens on a port has an address of this form.
  return { url: `http://localhost:${(listening.address() as AddressInfo).port}`, asked }
}

/** The metadata and keys of an OpenID Provider at that address, changed as the test wants. */
export function openidProvider(change: (url: string) => Record<string, unknown> = () => ({})) {
  const holder = { url: '' }
  const started = server((request, response) => {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer: holder.url,
        authorization_endpoint: `${holder.url}/authorize`,
        token_endpoint: `${holder.url}/token`,
        jwks_uri: `${holder.url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...change(holder.url),
      },
      '/keys': { keys: [{ kty: 'RSA', kid: 'one', n: 'AQAB', e: 'AQAB' }] },
    }
    const found = documents[request.url ?? '']
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found ?? { secret_of_the_intranet: true }))
  })
  return started.then((opened) => {
    holder.url = opened.url
    return opened
  })
}
