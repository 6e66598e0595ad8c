import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'

import type { AccessToken, TokenRefused } from '../../sdk/typescript/src/index.ts'
import { disableClient } from '../../src/features/clients/index.ts'
import { rotateKeys } from '../../src/features/keys/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { registeredApi } from '../support/apis.ts'
import { signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { eventually } from '../oidc/tokens/requests.ts'
import { type Packed, packed } from './packed.ts'

/** fetch, and how often an address with these words was asked. */
function counting() {
  const asked: string[] = []
  const fetching = async (url: string, init?: RequestInit) => {
    asked.push(url)
    return fetch(url, init)
  }
  return { fetch: fetching, times: (words: string) => asked.filter((url) => url.includes(words)).length }
}

async function refusal(act: Promise<unknown>): Promise<TokenRefused> {
  try {
    await act
  } catch (error) {
    return error as TokenRefused // each test looks at what it is
  }
  throw new Error('it was not refused')
}

/** What ends here is known to every process within a second. */
async function refusedWithin(ms: number, act: () => Promise<unknown>): Promise<TokenRefused> {
  const end = performance.now() + ms
  for (;;)
    try {
      return await refusal(act())
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
}

async function listening(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; server: Server }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } // it listens on a port
}

describe('the TypeScript client, as it is packed', function () {
  this.timeout(60_000)
  let built: Packed
  before(async () => {
    built = await packed()
  })
  after(() => {
    built.remove()
  })

  const fixture = sharedStage(async (stage) => {
    const { app, issuer } = stage
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const api = await registeredApi(app, {
      clients: [{ client_id: machine.clientId, scopes: ['read', 'write'] }],
    })
    const secretOf = ({ clientId, secret }: typeof machine) => ({ clientId, clientSecret: secret ?? '' })
    const tokens = (more: object = {}) =>
      built.sdk.clientCredentials({
        issuer,
        ...secretOf(machine),
        resource: api.identifier,
        scope: 'read',
        ...more,
      })
    return { ...stage, machine, api, secretOf, tokens, token: await tokens().token() }
  })

  it('holds what a program needs, types as well, and nothing besides', () => {
    expect(built.files).to.include.members(['dist/index.js', 'dist/index.d.ts', 'dist/api.d.ts', 'README.md'])
    expect(built.files.filter((name) => /^src|\.test\.|tsconfig/.test(name))).to.deep.equal([])
  })

  it('calls the API by its types, throws what is refused, and creates once under one key', async () => {
    const { createClient, GatehouseError } = built.sdk
    const stage = fixture()
    const root = await signedIn(stage, { as: await person(stage.app, { role: 'root_admin' }) })
    const client = createClient({ issuer: stage.issuer, token: root.token })

    const me = await client.get('/users/me')
    expect(me).to.include({ id: root.id })
    const role = {
      name: 'harbour_master',
      description: 'Looks after berths',
      permissions: ['users:read:any'],
    }
    const key = { idempotencyKey: '4b2f0c58-8c2e-4d0b-9f57-2d6b0f4f7f10' }
    const made = await client.post('/admin/roles', { body: role, ...key })
    expect(await client.post('/admin/roles', { body: role, ...key })).to.deep.equal(made)
    expect(await client.get('/admin/roles/{name}', { path: { name: 'harbour_master' } })).to.include({
      name: role.name,
    })
    await client.delete('/admin/roles/{name}', { path: { name: 'harbour_master' } })
    const error: unknown = await refusal(
      client.get('/admin/users/{id}', { path: { id: '019a0000-0000-7000-8000-000000000000' } }),
    )
    expect(error).to.be.instanceOf(GatehouseError)
    expect(error).to.include({ code: 'user_not_found', status: 404 })
    const elsewhere: unknown = await refusal(client.get('/admin/users/{id}', { path: { id: '..' } }))
    expect(elsewhere).to.be.instanceOf(TypeError)
  })

  it('waits as Retry-After says, gives up after two more, and hands on what is refused otherwise', async () => {
    let calls = 0
    const put = await listening((_, response) => {
      calls += 1
      if (calls < 3) response.writeHead(calls === 1 ? 429 : 503, { 'retry-after': '0' }).end()
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}')
    })
    const { createClient } = built.sdk
    expect(await createClient({ issuer: put.url }).get('/admin/permissions')).to.deep.equal({ items: [] })
    expect(calls).to.equal(3)
    calls = -10
    const error: unknown = await refusal(
      createClient({ issuer: put.url, retries: 1 }).get('/admin/permissions'),
    )
    expect(error).to.include({ status: 503 })
    expect(calls).to.equal(-8)
    put.server.close()
  })

  it('fetches a token once for any number of callers, and again when it ends or is refused', async () => {
    const { clock, tokens } = fixture()
    const { fetch: fetching, times } = counting()
    const source = tokens({ fetch: fetching, now: () => clock.now().getTime() + ahead })
    let ahead = 0
    const first = await Promise.all([source.token(), source.token(), source.token()])
    expect([new Set(first).size, times('/token')]).to.deep.equal([1, 1])
    source.refused('another')
    await source.token()
    expect(times('/token')).to.equal(1)
    source.refused(first[0])
    expect(await source.token()).not.to.equal(first[0])
    ahead = 3_600_000
    await source.token()
    expect(times('/token')).to.equal(3)
  })

  it('refreshes one at a time and keeps the new refresh token before the access token is used', async () => {
    const { app, issuer } = fixture()
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app), {
      parameters: { scope: 'openid offline_access' },
    })
    const { fetch: fetching, times } = counting()
    const kept: string[] = []
    const source = built.sdk.refreshing({
      ...{ issuer, clientId: client.clientId, clientSecret: client.secret ?? '', fetch: fetching },
      refreshToken: tokens.refresh_token ?? '',
      rotated: ({ refreshToken }) => {
        kept.push(refreshToken)
      },
    })
    const [one, two] = await Promise.all([source.token(), source.token()])
    expect([one === two, times('/token'), kept.length]).to.deep.equal([true, 1, 1])
    source.refused(one)
    expect(await source.token()).not.to.equal(one)
    expect(new Set([tokens.refresh_token, ...kept]).size, 'each is another').to.equal(3)
  })

  it('takes a token that is for this API, and refuses every other', async () => {
    const { issuer, api, machine, token, clock } = fixture()
    const { createVerifier, TokenRefused } = built.sdk
    const here = createVerifier({ issuer, audience: api.identifier })
    const taken = await here.verifyAccessToken(token, { scopes: ['read'] })
    expect(taken).to.include({ clientId: machine.clientId, subject: machine.clientId })
    expect([...taken.scopes]).to.deep.equal(['read'])

    const elsewhere = createVerifier({ issuer, audience: 'https://another.example/' })
    const later = createVerifier({
      issuer,
      audience: api.identifier,
      now: () => clock.now().getTime() + 3_600_000,
    })
    const [head = '', body = '', signature = ''] = token.split('.')
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    const idToken = (await signedIn(fixture())).signedIn.tokens.id_token ?? ''
    const refused = {
      'wrong audience': () => elsewhere.verifyAccessToken(token),
      expired: () => later.verifyAccessToken(token),
      changed: () => here.verifyAccessToken(`${head}.${body}.${signature.slice(0, -4)}AAAA`),
      unsigned: () => here.verifyAccessToken(`${none}.${body}.`),
      'no access token': () => here.verifyAccessToken(idToken),
      garbage: () => here.verifyAccessToken('garbage'),
    }
    for (const [why, act] of Object.entries(refused)) {
      const error = await refusal(act())
      expect(error, why).to.be.instanceOf(TokenRefused)
      expect(error, why).to.include({
        code: 'invalid_token',
        status: 401,
        challenge: 'Bearer error="invalid_token"',
      })
    }
    const narrow = await refusal(here.verifyAccessToken(token, { scopes: ['read', 'write'] }))
    expect(narrow).to.include({
      status: 403,
      challenge: 'Bearer error="insufficient_scope", scope="read write"',
    })
    const away = createVerifier({
      issuer,
      audience: api.identifier,
      fetch: () => Promise.reject(new Error('no network')),
    })
    expect(await refusal(away.verifyAccessToken(token))).to.include({
      code: 'unavailable',
      status: 503,
      challenge: null,
    })
  })

  it('knows that a token was ended when it is asked to look', async () => {
    const { app, issuer, secretOf } = fixture()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const api = await registeredApi(app, { clients: [{ client_id: machine.clientId, scopes: ['read'] }] })
    const watcher = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      audiences: [api.identifier],
    })
    const ended = await built.sdk
      .clientCredentials({ issuer, ...secretOf(machine), resource: api.identifier })
      .token()
    const introspection = secretOf(watcher)
    const verifier = built.sdk.createVerifier({ issuer, audience: api.identifier, introspection })
    expect(await verifier.verifyAccessToken(ended, { alive: true })).to.include({
      clientId: machine.clientId,
    })
    await disableClient(app, bySystem, machine.clientId)
    const error = await refusedWithin(1_000, () => verifier.verifyAccessToken(ended, { alive: true }))
    expect(error).to.include({ code: 'invalid_token' })
    expect(await verifier.verifyAccessToken(ended), 'until its end, for who does not look').to.be.an('object')
  })

  it('is the check of node:http, Express, Koa and fetch', async () => {
    const { issuer, api, token } = fixture()
    const { createVerifier, expressToken, fetchToken, koaToken, nodeToken } = built.sdk
    const wanted = { verifier: createVerifier({ issuer, audience: api.identifier }), scopes: ['read'] }
    const express = expressToken(wanted)
    const { url, server } = await listening((request, response) => {
      const done = (taken?: AccessToken | null) => taken && response.end(taken.clientId)
      if (request.url === '/express')
        express(request, response, () => done((request as { accessToken?: AccessToken }).accessToken))
      else void nodeToken(wanted, request, response).then(done)
    })
    for (const path of ['/node', '/express']) {
      const reply = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
      expect([reply.status, await reply.text()], path).to.deep.equal([200, fixture().machine.clientId])
      const none = await fetch(url + path)
      expect([none.status, none.headers.get('www-authenticate')], path).to.deep.equal([401, 'Bearer'])
      expect(await none.json(), path).to.include({ status: 401 })
    }
    server.close()

    const request = (authorization: string) =>
      new Request('http://a.example/', { headers: { authorization } })
    expect(await fetchToken(wanted, request(`Bearer ${token}`))).to.have.property('subject')
    expect(await fetchToken(wanted, request('Bearer garbage'))).to.have.property('status', 401)

    let passed = 0
    const context = (authorization: string) => ({
      ...{ get: () => authorization, set: () => undefined, state: {}, status: 404, body: null },
    })
    const [good, bad] = [context(`Bearer ${token}`), context('')]
    for (const ctx of [good, bad]) await koaToken(wanted)(ctx, async () => void (passed += 1))
    expect([passed, bad.status, good.state]).to.deep.include.members([1, 401])
    expect(good.state).to.have.property('accessToken')
  })

  it('goes on through a rotation of the keys, and fetches them once for a key it does not know', async () => {
    const { app, issuer, api, token, tokens } = fixture()
    const { fetch: fetching, times } = counting()
    const verifier = built.sdk.createVerifier({
      issuer,
      audience: api.identifier,
      fetch: fetching,
      cooldownSeconds: 0.001,
    })
    await verifier.verifyAccessToken(token)
    const kidOf = (jwt: string) =>
      (JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid
    const seen = new Set([kidOf(token)])
    for (const turn of [1, 2]) {
      const longAgo = new Date(app.clock.now().getTime() - 700_000)
      await app.db('signing_keys').where({ state: 'published' }).update({ published_at: longAgo })
      await rotateKeys(app, bySystem, { algorithm: 'ES256' })
      let fresh = token
      await eventually(async () => {
        fresh = await tokens().token()
        return !seen.has(kidOf(fresh))
      })
      seen.add(kidOf(fresh))
      expect(await verifier.verifyAccessToken(fresh), `turn ${turn}`).to.have.property('subject')
    }
    expect(await verifier.verifyAccessToken(token), 'signed before').to.have.property('subject')
    expect(times('jwks')).to.equal(2)

    const calm = counting()
    const cooling = built.sdk.createVerifier({ issuer, audience: api.identifier, fetch: calm.fetch })
    const forged = `${Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"made-up"}').toString('base64url')}.e30.AAAA`
    for (let time = 0; time < 5; time++)
      expect(await refusal(cooling.verifyAccessToken(forged))).to.include({ status: 401 })
    expect(calm.times('jwks'), 'made-up keys cause no flood').to.equal(1)
  })
})
