import { expect } from 'chai'
import { UnsecuredJWT } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person, type Person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { answerIn, type Asked, queryOf, send } from '../authorize/ask.ts'
import { asClient, bearer, get } from '../tokens/requests.ts'
import { type Keys, keyPair, registered, requestObject } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  keys: Keys
  stranger: Keys
  client: RelyingParty
  strict: RelyingParty
}

const minute = 60
const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('RFC 9101: requests as signed JWTs', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const [keys, stranger] = [await keyPair('ES256'), await keyPair('ES256')]
    return {
      ...{ app, issuer, keys, stranger },
      ann: await person(app),
      client: await relyingParty(app, { keys: registered(keys) }),
      strict: await relyingParty(app, { keys: registered(keys), requireSignedRequestObject: true }),
    }
  })

  /** The parameters of a good request, as they go into an object. */
  const parameters = async (client: RelyingParty, more: Record<string, string> = {}) => ({
    ...Object.fromEntries(await queryOf(client)),
    ...more,
  })

  const sendObject = async (request: string, more: Record<string, string> = {}): Promise<Asked> => {
    const { issuer, client } = fixture()
    const { clientId: client_id, redirectUri: redirect_uri } = client
    const outside = { response_type: 'code', scope: 'openid', redirect_uri, state: 'outside', ...more }
    return send(issuer, new URLSearchParams({ client_id, ...outside, request }))
  }

  it('section 5: openid-client signs a person in by a request object', async () => {
    const { issuer, ann, keys, client } = fixture()
    const begun = await client.begin()
    const sent = Object.fromEntries(new URL(begun.url).searchParams)
    const url = await openid.buildAuthorizationUrlWithJAR(client.configuration, sent, {
      key: keys.privateKey,
      kid: keys.kid,
    })
    expect([...url.searchParams.keys()].sort()).to.deep.equal(['client_id', 'request'])
    const landing = await signInAt(openBrowser(), url.href, client.redirectUri, ann)
    const tokens = await client.finish(begun, landing.url)
    expect(tokens.claims()).to.include({ sub: ann.id, iss: issuer })
  })

  it('section 6.3: only what stands in the object counts, not what stands beside it', async () => {
    const { issuer, ann, client, keys } = fixture()
    const inside = await parameters(client, { scope: 'openid email', state: 'inside' })
    const request = await requestObject(issuer, client, keys, inside)
    const query = new URLSearchParams({
      ...{ client_id: client.clientId, request, scope: 'openid profile phone offline_access' },
      ...{ response_type: 'code', redirect_uri: 'https://evil.test/cb', state: 'outside', prompt: 'none' },
    })
    const landing = await signInAt(
      openBrowser(),
      `${issuer}/authorize?${String(query)}`,
      client.redirectUri,
      ann,
    )
    expect(answerIn(landing.url)).to.include({ state: 'inside' })
    const { code = '' } = answerIn(landing.url)
    expect(code).to.match(/^[\w-]{43}$/)
  })

  it('a scope in the object decides offline_access', async () => {
    const { issuer, ann, client, keys } = fixture()
    const begun = await client.begin()
    const sent = { ...Object.fromEntries(new URL(begun.url).searchParams), scope: 'openid offline_access' }
    const request = await requestObject(issuer, client, keys, sent)
    const url = `${issuer}/authorize?${String(new URLSearchParams({ client_id: client.clientId, request }))}`
    const landing = await signInAt(openBrowser(), url, client.redirectUri, ann)
    expect((await client.finish(begun, landing.url)).scope).to.equal('openid offline_access')
  })

  it('section 9: by PAR, an object is checked where it is pushed and used once (PA-01)', async () => {
    const { issuer, ann, client, keys } = fixture()
    const begun = await client.begin()
    const request = await requestObject(
      issuer,
      client,
      keys,
      Object.fromEntries(new URL(begun.url).searchParams),
    )
    const forged = await asClient(issuer, '/par', client, { request: `${request.slice(0, -8)}AAAAAAAA` })
    expect([forged.status, forged.body.error]).to.deep.equal([400, 'invalid_request_object'])
    const pushed = await asClient(issuer, '/par', client, { request })
    expect(pushed.status).to.equal(201)
    const query = new URLSearchParams({
      client_id: client.clientId,
      request_uri: String(pushed.body.request_uri),
    })
    const url = `${issuer}/authorize?${String(query)}`
    const landing = await signInAt(openBrowser(), url, client.redirectUri, ann)
    expect((await client.finish(begun, landing.url)).claims()?.sub).to.equal(ann.id)
    const again = await send(issuer, query)
    expect([again.status, again.location]).to.deep.equal([400, null])
  })

  const refused: [what: string, claims: Record<string, unknown>, header?: Record<string, string>][] = [
    ['for another issuer (aud)', { aud: 'https://other.example' }],
    ['without aud', { aud: undefined }],
    ['of another client (iss)', { iss: 'gh_another' }],
    ['without iss', { iss: undefined }],
    ['that names another client', { client_id: 'gh_another' }],
    ['that has expired', { exp: nowSeconds() - minute }],
    ['without exp', { exp: undefined }],
    ['with an exp in a year', { exp: nowSeconds() + 365 * 24 * 60 * minute }],
    ['with an exp that is no number', { exp: 'tomorrow' }],
    ['that is not good yet (nbf)', { nbf: nowSeconds() + 24 * 60 * minute }],
    ['that asks another response_type than beside it', { response_type: 'id_token' }],
    ['that holds a request', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['that holds a request_uri', { request_uri: 'https://evil.test/request' }],
    ['that is a client assertion (section 10.8)', { sub: 'CLIENT' }],
    ['of another type of JWT (section 10.8)', {}, { typ: 'at+jwt' }],
  ]
  for (const [what, claims, header] of refused) {
    it(`section 6: an object is refused ${what}`, async () => {
      const { issuer, client, keys } = fixture()
      const good = await parameters(client)
      const own = Object.fromEntries(
        Object.entries(claims).map(([name, value]) => [name, value === 'CLIENT' ? client.clientId : value]),
      )
      const request = await requestObject(issuer, client, keys, { ...good, ...own }, header)
      const asked = await sendObject(request)
      const error = asked.location === null ? asked.html : answerIn(asked.location).error
      expect(error).to.include('invalid_request_object')
      expect(asked.location ?? '').not.to.match(/code=|interaction/)
    })
  }

  it('section 6.2: nor one that its client did not sign, in clear or by a secret (JW-03)', async () => {
    const { issuer, client, stranger } = fixture()
    const good = await parameters(client)
    const unsigned = new UnsecuredJWT({
      ...good,
      iss: client.clientId,
      aud: issuer,
      exp: nowSeconds() + minute,
    }).encode()
    const secret: Keys = {
      ...stranger,
      alg: 'HS256',
      privateKey: await crypto.subtle.importKey(
        'raw',
        new TextEncoder().encode(client.secret ?? ''),
        { name: 'HMAC', hash: 'SHA-256' },
        true,
        ['sign'],
      ),
    }
    const objects = {
      unsigned,
      'by another key': await requestObject(issuer, client, stranger, good),
      'by an unknown kid': await requestObject(issuer, client, stranger, good, { kid: '../../dev/null' }),
      'by the secret': await requestObject(issuer, client, secret, good),
      'no JWT': 'nonsense',
      empty: 'e30.e30.',
    }
    for (const [what, request] of Object.entries(objects)) {
      const asked = await sendObject(request)
      expect(answerIn(asked.location).error, what).to.equal('invalid_request_object')
    }
  })

  it('section 5.2: an address of a request is refused without a look at it (PA-02)', async () => {
    const { issuer, client } = fixture()
    for (const request_uri of [
      'https://169.254.169.254/latest/meta-data',
      'http://127.0.0.1:1/x',
      'file:///etc/passwd',
    ]) {
      const asked = await send(issuer, await queryOf(client, { request_uri }))
      expect(answerIn(asked.location).error, request_uri).to.equal('request_uri_not_supported')
    }
  })

  it('section 10.5: a client registered to sign every request may leave out none', async () => {
    const { issuer, ann, strict, keys } = fixture()
    const plain = await send(issuer, await queryOf(strict))
    expect(answerIn(plain.location).error).to.equal('invalid_request')
    const pushed = await asClient(issuer, '/par', strict, Object.fromEntries(await queryOf(strict)))
    expect([pushed.status, pushed.body.error]).to.deep.equal([400, 'invalid_request'])
    const begun = await strict.begin()
    const request = await requestObject(
      issuer,
      strict,
      keys,
      Object.fromEntries(new URL(begun.url).searchParams),
    )
    const url = `${issuer}/authorize?${String(new URLSearchParams({ client_id: strict.clientId, request }))}`
    const landing = await signInAt(openBrowser(), url, strict.redirectUri, ann)
    expect((await strict.finish(begun, landing.url)).claims()?.sub).to.equal(ann.id)
  })

  it('a redirect_uri in the object that is not registered leads nowhere (RU-02)', async () => {
    const { issuer, client, keys } = fixture()
    const inside = await parameters(client, { redirect_uri: 'https://evil.test/cb' })
    const asked = await sendObject(await requestObject(issuer, client, keys, inside))
    expect([asked.status, asked.location]).to.deep.equal([400, null])
    expect(asked.html).to.include('invalid_redirect_uri')
  })

  it('a request object opens nothing as an access token (JW-06)', async () => {
    const { issuer, client, keys } = fixture()
    const request = await requestObject(issuer, client, keys, await parameters(client))
    for (const path of ['/userinfo', '/users/me'])
      expect((await get(`${issuer}${path}`, bearer(request))).status, path).to.equal(401)
  })
})
