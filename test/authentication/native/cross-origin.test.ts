import { expect } from 'chai'

import { disableClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { bearer, get } from '../../oidc/tokens/requests.ts'
import { type Person, person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { type NativeApp, nativeApp, postJson, type Tokens } from './app.ts'

const registered = 'https://app.example'
const ofAnother = 'https://other.example'

/** Origins that no client registered. */
const foreign = [
  'null',
  'https://evil.test',
  'https://app.example.evil.test',
  'http://app.example',
  '*',
  `${registered}/`,
]

const json: Record<string, string> = {
  '/auth/register': 'POST',
  '/auth/login': 'POST',
  '/auth/refresh': 'POST',
  '/auth/logout': 'POST',
  '/auth/logout-all': 'POST',
  '/auth/password/change': 'POST',
  '/auth/password/forgot': 'POST',
  '/auth/password/reset': 'POST',
  '/auth/email/verify': 'POST',
  '/auth/email/verify/resend': 'POST',
  '/users/me': 'GET',
}

const preflight = (origin: string, url: string, method: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  })

const allowed = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin')
const corsHeaders = ({ headers }: { headers: Headers }) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'))

interface Fixture {
  issuer: string
  ann: Person
  spa: NativeApp
  other: NativeApp
  silent: NativeApp
  tokens: Tokens
}

describe('scripts of other origins at the JSON API (CC-02)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const ann = await person(app)
    const spa = await nativeApp(app, { corsOrigins: [registered] })
    const other = await nativeApp(app, { corsOrigins: [ofAnother] })
    return { issuer, ann, spa, other, silent: await nativeApp(app), tokens: await spa.signedIn(ann) }
  })

  for (const [path, method] of Object.entries(json)) {
    it(`may ask for ${path} from a registered origin only, and never with cookies`, async () => {
      const { issuer } = fixture()
      const asked = await preflight(registered, issuer + path, method)
      expect([asked.status, allowed(asked)]).to.deep.equal([204, registered])
      expect(asked.headers.get('access-control-allow-methods')).to.include(method)
      expect(asked.headers.get('access-control-allow-headers')).to.equal('authorization, content-type, dpop')
      expect(asked.headers.get('access-control-allow-credentials')).to.equal(null)
      expect(asked.headers.get('vary')).to.match(/origin/i)
      for (const origin of foreign) {
        const refused = await preflight(origin, issuer + path, method)
        expect(refused.status, origin).to.equal(403)
        expect(corsHeaders(refused), origin).to.deep.equal([])
        expect(refused.headers.get('vary'), origin).to.match(/origin/i)
      }
    })
  }

  it('may read what their own client is answered, and nothing that another client is', async () => {
    const { issuer, ann, spa, other, silent, tokens } = fixture()
    const send = (client: NativeApp, origin: string, password = ann.password) =>
      client.send('/auth/login', { login: ann.email, password }, { origin })

    const own = await send(spa, registered)
    expect([own.status, allowed(own)]).to.deep.equal([200, registered])
    expect(own.headers.get('access-control-expose-headers')).to.equal(
      'www-authenticate, retry-after, x-request-id, ratelimit, ratelimit-policy, dpop-nonce',
    )
    expect(own.headers.get('access-control-allow-credentials')).to.equal(null)
    expect(own.headers.get('vary')).to.match(/origin/i)
    const refused = await send(spa, registered, 'not the password at all')
    expect([refused.status, allowed(refused)]).to.deep.equal([401, registered])

    for (const [client, origin] of [
      [spa, ofAnother],
      [other, registered],
      [silent, registered],
      ...foreign.map((origin) => [spa, origin] as const),
    ] as const) {
      const reply = await send(client, origin)
      expect(allowed(reply), origin).to.equal(null)
      expect(reply.headers.get('vary')).to.match(/origin/i)
      expect(allowed(await send(client, origin, 'not the password at all')), origin).to.equal(null)
    }

    const me = (origin: string) => get(`${issuer}/users/me`, { ...bearer(tokens.access_token), origin })
    expect(allowed(await me(registered))).to.equal(registered)
    for (const origin of [ofAnother, ...foreign]) expect(allowed(await me(origin)), origin).to.equal(null)
    expect(corsHeaders(await get(`${issuer}/users/me`, bearer(tokens.access_token)))).to.deep.equal([])
  })

  it('may read that a token is not good any more, from a registered origin', async () => {
    const { issuer, spa } = fixture()
    const stale = (origin: string) => get(`${issuer}/users/me`, { ...bearer('eyJ.x.y'), origin })
    const own = await stale(registered)
    expect([own.status, allowed(own)]).to.deep.equal([401, registered])
    expect(own.headers.get('access-control-expose-headers')).to.include('www-authenticate')
    for (const origin of foreign) expect(allowed(await stale(origin)), origin).to.equal(null)
    const unverified = [{ alg: 'none' }, { azp: spa.clientId, client_id: spa.clientId }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    expect(
      allowed(await get(`${issuer}/users/me`, { ...bearer(`${unverified}.`), origin: 'https://evil.test' })),
    ).to.equal(null)
  })

  it('may not read by naming a client that they are not, in whatever way', async () => {
    const { issuer, spa } = fixture()
    for (const id of ['', 'x', [spa.clientId], { id: spa.clientId }, null]) {
      const reply = await postJson(
        `${issuer}/auth/login`,
        { client_id: id, login: 'x', password: 'x' },
        { origin: 'https://evil.test' },
      )
      expect(allowed(reply), JSON.stringify(id)).to.equal(null)
      expect(reply.status, JSON.stringify(id)).to.be.within(400, 401)
    }
  })

  it('get nowhere with pages, probes and documents, nor with what is no preflight', async () => {
    const { issuer } = fixture()
    for (const path of [
      '/',
      '/authorize',
      '/logout',
      '/interaction/x/login',
      '/health',
      '/openapi.json',
      '/nowhere',
    ]) {
      for (const origin of [registered, 'https://evil.test', 'null']) {
        expect(corsHeaders(await preflight(origin, issuer + path, 'GET')), path).to.deep.equal([])
        const read = await fetch(issuer + path, { headers: { origin }, redirect: 'manual' })
        expect(corsHeaders(read), path).to.deep.equal([])
      }
    }
    const plain = await fetch(`${issuer}/auth/login`, { method: 'OPTIONS', headers: { origin: registered } })
    expect(corsHeaders(plain)).to.deep.equal([])
    expect(plain.headers.get('allow')).to.include('POST')
  })
})

describe('the origins of a client', () => {
  it('are nobody’s when it is turned off', async () => {
    const { app, issuer } = await stage()
    const spa = await nativeApp(app, { corsOrigins: [registered] })
    await disableClient(app, bySystem, spa.clientId)

    expect((await preflight(registered, `${issuer}/auth/login`, 'POST')).status).to.equal(403)
    const sent = await spa.send('/auth/login', { login: 'x', password: 'x' }, { origin: registered })
    expect([sent.status, allowed(sent)]).to.deep.equal([401, null])
  })
})
