import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'

import type { Gatehouse } from '../../src/app.ts'
import type { NewClient, ServiceScope } from '../../src/features/clients/index.ts'
import { keepSecret } from '../support/canary.ts'
import { type Answer, callApi } from '../support/my-api.ts'
import { afterTest } from '../support/parts.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { basic, post } from '../oidc/tokens/requests.ts'

export const toThisMachine = { OUTBOUND_ALLOW: '127.0.0.1' }

export const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
export const risc = 'https://schemas.openid.net/secevent/risc/event-type/'
export const ssf = 'https://schemas.openid.net/secevent/ssf/event-type/'

/** An application of ours that may use these scopes for itself, beside signing people in. */
export const receiver = (
  app: Gatehouse,
  scopes: readonly ServiceScope[] = ['ssf.manage'],
  given: Partial<NewClient> = {},
): Promise<RelyingParty> =>
  relyingParty(app, {
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'profile', 'email', ...scopes],
    ...given,
  })

/** What a client may do for itself: its own access token. */
export async function ownToken(issuer: string, client: RelyingParty, scope = 'ssf.manage'): Promise<string> {
  const { body } = await post(`${issuer}/token`, { grant_type: 'client_credentials', scope }, basic(client))
  const { access_token: token } = z.object({ access_token: z.string() }).parse(body)
  keepSecret(token)
  return token
}

export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>

/** Calls as the client itself. */
export async function calling(issuer: string, client: RelyingParty, scope?: string): Promise<Call> {
  const token = await ownToken(issuer, client, scope)
  return (method, path, body) => callApi(issuer + path, { method, token, body })
}

/** A stream that is polled, or pushed to where one is named. */
export async function stream(call: Call, more: Record<string, unknown> = {}): Promise<string> {
  const made = await call('POST', '/ssf/streams', more)
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return String(made.body.stream_id)
}

export const pushTo = (url: string, header?: string): Record<string, unknown> => ({
  delivery: {
    method: 'urn:ietf:rfc:8935',
    endpoint_url: url,
    ...(header !== undefined && { authorization_header: header }),
  },
})

const Polled = z.object({ sets: z.record(z.string(), z.string()), moreAvailable: z.boolean() })

export async function poll(
  call: Call,
  id: string,
  request: Record<string, unknown> = { returnImmediately: true },
): Promise<z.infer<typeof Polled>> {
  const { body } = await call('POST', `/ssf/poll/${id}`, request)
  return Polled.parse(body)
}

const Told = z.object({
  jti: z.string(),
  txn: z.string(),
  sub_id: z.record(z.string(), z.unknown()),
  events: z.record(z.string(), z.record(z.string(), z.unknown())),
})

/** A token, verified as its receiver must: signature, type, issuer and audience. */
export async function verified(
  issuer: string,
  client: RelyingParty,
  token: string,
): Promise<JWTPayload & z.infer<typeof Told>> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: client.clientId,
    typ: 'secevent+jwt',
    algorithms: ['RS256'],
  })
  return { ...payload, ...Told.parse(payload) }
}

export interface Pushed {
  contentType: string
  authorization: string
  token: string
}

/** A receiver's server (RFC 8935). What it answers can be changed while it runs. */
export interface PushReceiver {
  url: string
  pushed: Pushed[]
  answer: (response: ServerResponse) => void
}

export async function pushReceiver(): Promise<PushReceiver> {
  const at: PushReceiver = { url: '', pushed: [], answer: (response) => response.writeHead(202).end() }
  const server = createServer((request, response) => {
    receive(at, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  at.url = `http://127.0.0.1:${port}/events`
  afterTest(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  )
  return at
}

async function receive(at: PushReceiver, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let token = ''
  for await (const chunk of request) token += String(chunk)
  const { headers } = request
  at.pushed.push({
    token,
    contentType: headers['content-type'] ?? '',
    authorization: headers.authorization ?? '',
  })
  at.answer(response)
}
