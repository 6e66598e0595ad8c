import { expect } from 'chai'

import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, basic, bearer, freshCode, get, post } from '../tokens/requests.ts'

const registered = 'https://app.example'
const ofAnother = 'https://other.example'
const endpoints = ['/token', '/userinfo', '/introspect', '/revoke', '/par', '/device_authorization']

/** Origins that no client registered. */
const foreign = [
  'null',
  'https://evil.test',
  'https://app.example.evil.test',
  'https://evilapp.example',
  'http://app.example',
  'https://app.example:8443',
  'https://APP.example',
  'https://app.example/',
  'https://app.example, https://evil.test',
  'app.example',
  '*',
  'file://',
  `https://${'a'.repeat(5_000)}.example`,
]

const preflight = (origin: string, url: string, method = 'POST') =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  })

const allowed = (headers: Headers) => headers.get('access-control-allow-origin')

const corsHeaders = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'))

interface Fixture {
  issuer: string
  client: RelyingParty
  silent: RelyingParty
  accessToken: string
  code(): Promise<Record<string, string>>
}

describe('scripts of other origins (CC-02)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const client = await relyingParty(app, { authentication: 'none', corsOrigins: [registered] })
    await relyingParty(app, { corsOrigins: [ofAnother] })
    const { browser, tokens } = await client.signIn(await person(app))
    return {
      issuer,
      client,
      silent: await relyingParty(app),
      accessToken: tokens.access_token,
      code: () => freshCode(client, browser),
    }
  })

  for (const path of endpoints) {
    it(`may ask for ${path} from a registered origin, without cookies`, async () => {
      const { headers, status } = await preflight(
        registered,
        fixture().issuer + path,
        path === '/userinfo' ? 'GET' : 'POST',
      )
      expect(status).to.be.oneOf([200, 204])
      expect(allowed(headers)).to.equal(registered)
      expect(headers.get('access-control-allow-credentials')).to.equal(null)
      expect(headers.get('vary')).to.match(/origin/i)
    })

    it(`may not ask for ${path} from anywhere else`, async () => {
      const { issuer } = fixture()
      for (const origin of foreign) {
        const asked = await preflight(origin, issuer + path)
        expect(asked.status, origin).to.equal(403)
        expect(corsHeaders(asked.headers), origin).to.deep.equal([])
        const sent = await post(
          issuer + path,
          { client_id: fixture().client.clientId, token: 'x' },
          { origin },
        )
        expect(allowed(sent.headers), origin).to.equal(null)
        expect(sent.headers.get('vary') ?? 'origin', origin).to.match(/origin/i)
      }
    })
  }

  it('may not use a client that did not register their origin, though another did', async () => {
    const { issuer, code } = fixture()
    const form = { ...(await code()), client_id: fixture().client.clientId }
    const refused = await post(`${issuer}/token`, form, { origin: ofAnother })
    expect(refused.status).to.equal(400)
    expect(allowed(refused.headers)).to.equal(null)
    expect(refused.body).not.to.have.property('access_token')
    const redeemed = await post(`${issuer}/token`, form, { origin: registered })
    expect([redeemed.status, allowed(redeemed.headers)]).to.deep.equal([200, registered])
  })

  it('may not use a client that registered none', async () => {
    const { issuer, silent } = fixture()
    for (const origin of [registered, ofAnother, 'https://evil.test']) {
      const { status, headers } = await post(`${issuer}/revoke`, { token: 'x' }, { ...basic(silent), origin })
      expect(status, origin).to.equal(400)
      expect(allowed(headers), origin).to.equal(null)
    }
    expect((await asClient(issuer, '/revoke', silent, { token: 'x' })).status, 'without an origin').to.equal(
      200,
    )
  })

  it('may read userinfo only for a token of their own client', async () => {
    const { issuer, accessToken } = fixture()
    const read = (origin: string, token: string) => get(`${issuer}/userinfo`, { ...bearer(token), origin })
    const own = await read(registered, accessToken)
    expect([own.status, allowed(own.headers)]).to.deep.equal([200, registered])
    for (const origin of [ofAnother, 'https://evil.test', 'null']) {
      const other = await read(origin, accessToken)
      expect(allowed(other.headers), origin).to.equal(null)
      expect(other.body, origin).not.to.have.property('sub')
    }
    const [head, body] = [
      { alg: 'none' },
      { azp: 'x', origin: 'https://evil.test', client_id: fixture().client.clientId },
    ]
    const unverified = [head, body]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    expect(
      allowed((await read('https://evil.test', `${unverified}.`)).headers),
      'by what a token says',
    ).to.equal(null)
  })

  it('never get at /authorize, /logout or pages, registered or not', async () => {
    const { issuer, client, accessToken } = fixture()
    const { pathname, search } = new URL((await client.begin()).url)
    const urls = [
      pathname + search,
      '/authorize',
      '/authorize/x',
      '/logout',
      '/logout/confirm',
      '/device',
      '/device/x',
      '/interaction/x/login',
      '/',
    ]
    for (const url of urls) {
      for (const origin of [registered, 'https://evil.test', 'null']) {
        const asked = await preflight(origin, issuer + url, 'GET')
        const sent = await fetch(issuer + url, {
          headers: { origin, ...bearer(accessToken) },
          redirect: 'manual',
        })
        expect(corsHeaders(asked.headers), `${url} ${origin}`).to.deep.equal([])
        expect(corsHeaders(sent.headers), `${url} ${origin}`).to.deep.equal([])
        expect(asked.status, `${url} ${origin}`).to.be.below(500)
      }
    }
  })
})
