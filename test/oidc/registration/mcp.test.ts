import { createHash } from 'node:crypto'

import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { keepSecret } from '../../support/canary.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { bearer, get, post } from '../tokens/requests.ts'
import { documentHost, type DocumentHost } from './document-host.ts'
import { register, set } from './register.ts'

const callback = 'http://127.0.0.1:33418/callback'

interface Fixture {
  app: Gatehouse
  issuer: string
  host: DocumentHost
  ann: Person
}

type Server = Record<string, unknown> & { resource: string }

/** What a client of the Model Context Protocol does that knows nothing but the address of an API. */
async function findServer(api: string): Promise<Server> {
  const refused = await get(api)
  expect(refused.status).to.equal(401)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
  const { body: resource } = await get(metadata)
  expect(api.startsWith(String(resource.resource))).to.equal(true)
  const [server] = resource.authorization_servers as string[]
  const { body } = await get(`${String(server)}/.well-known/oauth-authorization-server`)
  expect(body.issuer).to.equal(server)
  expect(body.code_challenge_methods_supported).to.include('S256')
  return { ...body, resource: String(resource.resource) }
}

/** Authorization code with PKCE and a resource (RFC 7636, RFC 8707), as a public client. */
async function signIn(server: Server, clientId: string, ann: Person): Promise<string> {
  const [verifier, state] = [randomToken(), randomToken()]
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid profile',
    resource: server.resource,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const url = `${String(server.authorization_endpoint)}?${query.toString()}`
  const landing = await signInAt(openBrowser(), url, callback, ann)
  const answer = new URL(landing.url).searchParams
  expect(answer.get('state')).to.equal(state)
  expect(answer.get('iss')).to.equal(server.issuer)
  const { status, body } = await post(String(server.token_endpoint), {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: callback,
    client_id: clientId,
    code_verifier: verifier,
    resource: server.resource,
  })
  expect(status, JSON.stringify(body)).to.equal(200)
  keepSecret(String(body.access_token))
  return String(body.access_token)
}

describe('a client of the Model Context Protocol signs in without set-up', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({ app, issuer, host: await documentHost(), ann: await person(app) }),
    { variables: { OUTBOUND_ALLOW: 'localhost' } },
  )

  it('from a 401 to a call, named by the address of its metadata document', async () => {
    const { issuer, host, ann } = fixture()
    const api = `${issuer}/users/me`
    const server = await findServer(api)
    expect(server.client_id_metadata_document_supported).to.equal(true)
    const clientId = host.publish('/mcp/client.json', { client_name: 'Editor' })
    const token = await signIn(server, clientId, ann)
    expect(decodeJwt(token)).to.include({ aud: issuer, client_id: clientId })
    const { status, body } = await get(api, bearer(token))
    expect(status, JSON.stringify(body)).to.equal(200)
    expect(JSON.stringify(body)).to.include(ann.id)
  })

  it('from a 401 to a call, registering itself where that is open', async () => {
    const { app, issuer, ann } = fixture()
    await set(app, 'registration.clients', 'open')
    const api = `${issuer}/users/me`
    const server = await findServer(api)
    expect(server.registration_endpoint).to.equal(`${issuer}/register`)
    const metadata = {
      client_name: 'Editor',
      redirect_uris: [callback],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }
    let registered = await register({ issuer }, metadata)
    for (let tries = 0; registered.status === 401 && tries < 50; tries++)
      registered = await register({ issuer }, metadata)
    expect(registered.status).to.equal(201)
    expect(registered.body).to.include({ application_type: 'native', token_endpoint_auth_method: 'none' })
    const token = await signIn(server, String(registered.body.client_id), ann)
    expect((await get(api, bearer(token))).status).to.equal(200)
  })
})
