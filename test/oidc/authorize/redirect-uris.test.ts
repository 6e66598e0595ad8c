import { expect } from 'chai'

import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { Problem } from '../../../src/platform/errors.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, freshCode } from '../tokens/requests.ts'
import { answerIn, ask, type Asked, queryOf, send } from './ask.ts'

const callback = 'https://rp.example/cb'

/** What a stranger may send in place of the registered `https://rp.example/cb`. */
const foreign: Record<string, string[]> = {
  'a host that begins or ends like ours (RU-02)': [
    'https://rp.example.evil.test/cb',
    'https://xrp.example/cb',
    'https://rpaexample/cb',
    'https://rp.example./cb',
    'https://evil.test/https://rp.example/cb',
  ],
  'a user name in front of the host (RU-03)': [
    'https://rp.example@evil.test/cb',
    'https://user:pass@rp.example/cb',
    'http://127.0.0.1:80@evil.test/cb',
    'https://evil.test\\@rp.example/cb',
  ],
  'another spelling (RU-05)': [
    'HTTPS://RP.EXAMPLE/cb',
    'https://RP.example/cb',
    'https://rp.example/Cb',
    'https://rp.example/cb/',
    'https://rp.example/cb?',
    'https://rp.example/cb#',
    'https://rp.example/cb#fragment',
    'https://rp.example:443/cb',
    'https://rp.example//cb',
    'https://rp.example/./cb',
    'https://rp.example/x/../cb',
    'https://rp.example/%63b',
    ' https://rp.example/cb',
    'https://rp.example/cb ',
  ],
  'more in the query (RU-06)': [
    'https://rp.example/cb?code=attacker&state=x',
    'https://rp.example/cb?x=y',
    'https://rp.example/other?kept=1&x=y',
    'https://rp.example/other',
  ],
  'control characters and slashes (RU-08)': [
    '/%09/evil',
    '/\t/evil',
    '\\/evil',
    'https:/\\evil.test',
    'https:evil.test',
    '//rp.example/cb',
    'https://rp.example/cb\r\nLocation: https://evil.test',
    'https://rp.example/cb%0d%0aLocation:%20https://evil.test',
    'https://rp.example/cb\u0000',
    'https://rp.example/cb\u2028',
  ],
  'what is no address of the web': [
    'javascript:alert(1)//https://rp.example/cb',
    'data:text/html,<script>alert(1)</script>',
    '"><script>alert(1)</script>',
    '',
    'null',
    `https://rp.example/cb${'a'.repeat(5_000)}`,
  ],
  'loopback, which is not registered': ['http://127.0.0.1/cb', 'http://localhost:3000/cb', 'http://[::1]/cb'],
}

/** An error page, and nothing that leads anywhere or could be run. */
function expectNoRedirect(asked: Asked, what: string): void {
  expect(asked.status, what).to.equal(400)
  expect(asked.location, what).to.equal(null)
  expect(asked.headers.get('refresh'), what).to.equal(null)
  expect(asked.html, what).not.to.match(/<script>|http-equiv="?refresh|evil\.test|alert\(1\)/i)
  expect(asked.html, what).to.match(/invalid_redirect_uri|invalid_request/)
}

interface Fixture {
  issuer: string
  web: RelyingParty
  queried: RelyingParty
  native: RelyingParty
  other: RelyingParty
}

describe('the redirect_uri of an authorization request', () => {
  const fixture = sharedStage<Fixture & { app: Parameters<typeof relyingParty>[0] }>(
    async ({ app, issuer }) => ({
      app,
      issuer,
      web: await relyingParty(app, {
        redirectUris: [callback, 'https://rp.example/second'],
        postLogoutRedirectUris: [],
      }),
      queried: await relyingParty(app, {
        redirectUris: ['https://rp.example/other?kept=1'],
        postLogoutRedirectUris: [],
      }),
      native: await relyingParty(app, {
        applicationType: 'native',
        authentication: 'none',
        redirectUris: ['http://127.0.0.1/cb', 'http://[::1]/cb', 'com.example.app:/cb'],
        postLogoutRedirectUris: [],
      }),
      other: await relyingParty(app, {
        redirectUris: ['https://other.example/cb'],
        postLogoutRedirectUris: [],
      }),
    }),
  )

  for (const [what, uris] of Object.entries(foreign)) {
    it(`leads nowhere when it has ${what}`, async () => {
      const { issuer, web, queried } = fixture()
      for (const uri of uris) {
        expectNoRedirect(await ask(issuer, web, { redirect_uri: uri }), `${JSON.stringify(uri)} at web`)
        expectNoRedirect(
          await ask(issuer, queried, { redirect_uri: uri }),
          `${JSON.stringify(uri)} at queried`,
        )
      }
    })
  }

  it('leads nowhere whatever else is wrong with the request, and with prompt=none', async () => {
    const { issuer, web } = fixture()
    const evil = { redirect_uri: 'https://evil.test/cb' }
    const more: Record<string, string | undefined>[] = [
      { prompt: 'none' },
      { response_type: 'token' },
      { response_type: undefined },
      { scope: 'openid nonsense' },
      { response_mode: 'form_post' },
      { response_mode: 'fragment', response_type: 'token' },
      { code_challenge: undefined },
      { max_age: '-1' },
      { request: 'x' },
    ]
    for (const parameters of more)
      expectNoRedirect(await ask(issuer, web, { ...evil, ...parameters }), JSON.stringify(parameters))
  })

  it('of another client leads nowhere', async () => {
    const { issuer, web } = fixture()
    expectNoRedirect(await ask(issuer, web, { redirect_uri: 'https://other.example/cb' }), 'of another')
  })

  it('must be there, also where only one is registered (RU-13)', async () => {
    const { issuer, other } = fixture()
    expectNoRedirect(await ask(issuer, other, { redirect_uri: undefined }), 'left out')
  })

  it('must come once (RU-14)', async () => {
    const { issuer, web } = fixture()
    for (const second of [callback, 'https://evil.test/cb']) {
      const query = await queryOf(web)
      query.append('redirect_uri', second)
      expectNoRedirect(await send(issuer, query), second)
    }
    const split = await fetch(`${issuer}/authorize?${String(await queryOf(web))}`, {
      method: 'POST',
      body: new URLSearchParams({ redirect_uri: 'https://evil.test/cb' }),
      redirect: 'manual',
    })
    expect(split.status).to.equal(400)
    expect(split.headers.get('location')).to.equal(null)
  })

  it('may have any port on a loopback address of a native client (RU-09; RFC 8252, section 7.3)', async () => {
    const { issuer, native } = fixture()
    for (const uri of [
      'http://127.0.0.1:51004/cb',
      'http://[::1]:8080/cb',
      'http://127.0.0.1/cb',
      'com.example.app:/cb',
    ]) {
      const asked = await ask(issuer, native, { redirect_uri: uri })
      expect(asked.status, uri).to.equal(303)
      expect(asked.location, uri).to.match(/^\/interaction\//)
    }
    for (const uri of [
      'http://localhost:51004/cb',
      'http://127.0.0.1:51004/other',
      'http://127.0.0.1:80@evil.test/cb',
      'http://127.0.0.2:51004/cb',
      'http://0.0.0.0:51004/cb',
      'http://127.0.0.1:99999/cb',
      'https://127.0.0.1:51004/cb',
      'com.example.app://evil.test/cb',
      'COM.EXAMPLE.APP:/cb',
    ])
      expectNoRedirect(await ask(issuer, native, { redirect_uri: uri }), uri)
  })

  it('with a query keeps it, and gets every parameter of the answer once (RU-06)', async () => {
    const { app, queried } = fixture()
    const { url } = await queried.begin()
    const landing = await signInAt(openBrowser(), url, queried.redirectUri, await person(app))
    const { searchParams, origin, pathname } = new URL(landing.url)
    expect(origin + pathname).to.equal('https://rp.example/other')
    expect([...searchParams.keys()].sort()).to.deep.equal(['code', 'iss', 'kept', 'session_state', 'state'])
  })

  it('must be the same at the token endpoint (RU-15), and a wrong one leaves the code to its client', async () => {
    const { app, issuer, web, other } = fixture()
    const { browser } = await web.signIn(await person(app))
    const code = await freshCode(web, browser)
    const { redirect_uri: right = '', ...rest } = code
    const refused: Record<string, [RelyingParty, Record<string, string>, string]> = {
      'another of its own': [web, { ...rest, redirect_uri: 'https://rp.example/second' }, 'invalid_grant'],
      'with a slash more': [web, { ...rest, redirect_uri: `${right}/` }, 'invalid_grant'],
      none: [web, rest, 'invalid_request'],
      'an empty one': [web, { ...rest, redirect_uri: '' }, 'invalid_request'],
      'the right one of another client': [other, code, 'invalid_grant'],
    }
    for (const [what, [client, form, error]] of Object.entries(refused)) {
      const answer = await asClient(issuer, '/token', client, form)
      expect([answer.status, answer.body.error], what).to.deep.equal([400, error])
    }
    expect((await asClient(issuer, '/token', web, code)).status).to.equal(200)
  })

  it('cannot be registered on plain http but for loopback, which marks a web client (RU-11)', async () => {
    const { app } = fixture()
    const register = (uri: string) =>
      createClient(app, bySystem, { name: 'x', redirectUris: [uri] }).then(
        ({ client }) => client.development,
        (error: unknown) => (error instanceof Problem ? error.code : null),
      )
    expect(await register('http://rp.example/cb')).to.equal('invalid_redirect_uri')
    expect(await register('https://rp.example/cb')).to.equal(false)
    expect(await register('http://127.0.0.1/cb')).to.equal(true)
  })

  it('never stands in a Location header with what was sent as state', async () => {
    const { issuer, web } = fixture()
    const state = 'x\r\nSet-Cookie: a=b&code=stolen#<script>'
    const asked = await ask(issuer, web, { state, prompt: 'none' })
    expect(asked.status).to.equal(303)
    expect(asked.headers.getSetCookie().join()).not.to.include('a=b')
    expect(answerIn(asked.location)).to.deep.include({ error: 'login_required', state })
    expect(new URL(asked.location ?? '').searchParams.has('code')).to.equal(false)
  })
})
