import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient } from '../tokens/requests.ts'
import { answerIn, ask, queryOf, send, visit } from './ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
  limited: RelyingParty
}

/** A request and the error that goes back to the client. */
const refused: [what: string, parameters: Record<string, string | undefined>, error: string][] = [
  ['response_type token (AZ-01)', { response_type: 'token' }, 'unsupported_response_type'],
  ['response_type id_token', { response_type: 'id_token' }, 'unsupported_response_type'],
  ['response_type id_token token', { response_type: 'id_token token' }, 'unsupported_response_type'],
  ['response_type code token', { response_type: 'code token' }, 'unsupported_response_type'],
  ['response_type code id_token', { response_type: 'code id_token' }, 'unsupported_response_type'],
  ['response_type none', { response_type: 'none' }, 'unsupported_response_type'],
  ['no response_type', { response_type: undefined }, 'invalid_request'],
  ['an unknown response_mode (AZ-03)', { response_mode: 'web_message' }, 'unsupported_response_mode'],
  [
    'no code_challenge (PK-01)',
    { code_challenge: undefined, code_challenge_method: undefined },
    'invalid_request',
  ],
  ['a code_challenge_method alone', { code_challenge: undefined }, 'invalid_request'],
  ['code_challenge_method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['no code_challenge_method', { code_challenge_method: undefined }, 'invalid_request'],
  ['a short code_challenge', { code_challenge: 'abc' }, 'invalid_request'],
  ['an unsigned request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'invalid_request_object'],
  ['a request_uri of the web', { request_uri: 'https://evil.test/request' }, 'request_uri_not_supported'],
  ['a registration', { registration: '{}' }, 'registration_not_supported'],
  ['an unknown prompt', { prompt: 'sudo' }, 'invalid_request'],
  ['prompt none with another', { prompt: 'none login' }, 'invalid_request'],
  ['a negative max_age', { max_age: '-1' }, 'invalid_request'],
  ['a max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
  ['an unknown screen_hint', { screen_hint: 'admin' }, 'invalid_request'],
  ['a resource that nobody registered', { resource: 'https://api.evil.test' }, 'invalid_target'],
  ['a resource with a fragment', { resource: 'https://api.example#x' }, 'invalid_target'],
  ['a scope with characters that are none', { scope: 'openid "quoted"' }, 'invalid_scope'],
  ['an id_token_hint that is no token', { id_token_hint: 'nonsense' }, 'invalid_request'],
]

const repeatable = [
  'state',
  'nonce',
  'scope',
  'response_type',
  'code_challenge',
  'code_challenge_method',
  'client_id',
  'prompt',
  'max_age',
  'screen_hint',
]

describe('an authorization request', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    client: await relyingParty(app),
    limited: await relyingParty(app, { scopes: ['openid', 'email'] }),
  }))

  for (const [what, parameters, error] of refused) {
    it(`is refused at the client with ${what}`, async () => {
      const { issuer, client } = fixture()
      const asked = await ask(issuer, client, { ...parameters, state: 'st<a>te &' })
      expect(asked.status).to.equal(303)
      expect(asked.location?.split(/[?#]/)[0]).to.equal(client.redirectUri)
      expect(answerIn(asked.location)).to.deep.include({ error, state: 'st<a>te &', iss: issuer })
      expect(answerIn(asked.location)).not.to.have.any.keys('code', 'access_token', 'id_token')
    })
  }

  for (const name of repeatable) {
    it(`is refused with ${name} sent twice (AZ-09)`, async () => {
      const { issuer, client } = fixture()
      const query = await queryOf(client, { prompt: 'login', max_age: '100', screen_hint: 'login' })
      query.append(name, query.get(name) ?? '')
      const asked = await send(issuer, query)
      const error = asked.location === null ? asked.html : answerIn(asked.location).error
      expect(error).to.include('invalid_request')
      expect(asked.location ?? '').not.to.match(/code=|interaction/)
      if (name === 'client_id') expect(asked.location).to.equal(null)
    })
  }

  it('is not answered to an unknown client, and says nothing of what was sent', async () => {
    const { issuer, client } = fixture()
    for (const client_id of [
      undefined,
      '',
      'gh_nobody',
      '<script>alert(1)</script>',
      'x'.repeat(5_000),
      '\u0000',
    ]) {
      const asked = await ask(issuer, client, { client_id, state: '<b>state</b>' })
      expect(asked.status, client_id).to.equal(400)
      expect(asked.location, client_id).to.equal(null)
      expect(asked.html, client_id).not.to.match(/<script>|<b>state/)
    }
  })

  it('gets a code, the state and who answers, each once (RFC 9207, section 2)', async () => {
    const { app, issuer, client } = fixture()
    const state = 'ä &=#?/"\'<>'
    const { browser } = await client.signIn(await person(app))
    const { url, answer } = await visit(browser, client, { state })
    expect([...url.searchParams.keys()].sort()).to.deep.equal(['code', 'iss', 'session_state', 'state'])
    expect(answer).to.include({ state, iss: issuer })
    expect(answer.code).to.match(/^[\w-]{43}$/)
  })

  it('without a state gets none back', async () => {
    const { app, issuer, client } = fixture()
    const { browser } = await client.signIn(await person(app))
    const query = await queryOf(client, { state: undefined })
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const asked = await send(issuer, query, { cookie })
    expect(Object.keys(answerIn(asked.location)).sort()).to.deep.equal(['code', 'iss', 'session_state'])
  })

  it('for a scope the client may not have is refused, and a scope that nobody has is never granted (AZ-10)', async () => {
    const { app, issuer, client, limited } = fixture()
    for (const scope of ['openid profile', 'openid email phone']) {
      const { error, error_description } = answerIn((await ask(issuer, limited, { scope })).location)
      expect([error, error_description], scope).to.deep.equal([
        'invalid_scope',
        'requested scope is not allowed',
      ])
    }
    const ann = await person(app)
    const { tokens } = await client.signIn(ann, {
      parameters: { scope: 'openid admin root_admin users:write:any' },
    })
    expect(tokens.scope).to.equal('openid')
    const allowed = await limited.signIn(ann, { parameters: { scope: 'openid email offline_access' } })
    expect(allowed.tokens.scope).to.equal('openid email')
    const more = {
      grant_type: 'refresh_token',
      refresh_token: allowed.tokens.refresh_token ?? '',
      scope: 'openid email profile',
    }
    const widened = await asClient(issuer, '/token', limited, more)
    expect([widened.status, widened.body.error]).to.deep.equal([400, 'invalid_scope'])
  })

  it('of absurd size is refused at once (DO-03)', async () => {
    const { issuer, client } = fixture()
    const words = Array.from({ length: 100_000 }, (_, index) => `s${index}`).join(' ')
    const floods: Record<string, string> = {
      'a scope of 100 KB': `scope=${'s'.repeat(100_000)}`,
      'many scopes': `scope=${encodeURIComponent(words)}`,
      'many resources': '&resource=https%3A%2F%2Fa.example'.repeat(10_000),
      'many acr_values': `acr_values=${'x+'.repeat(10_000)}`,
    }
    for (const [what, flood] of Object.entries(floods)) {
      const query = await queryOf(client, { scope: undefined })
      const at = performance.now()
      const got = await send(issuer, `${String(query)}&${flood}`).catch(() => ({ status: 431 }))
      expect(got.status, what).to.be.oneOf([400, 413, 414, 431])
      expect(performance.now() - at, what).to.be.below(500)
    }
    const pushed: Record<string, string> = {
      'a scope of 50 KB': 's'.repeat(50_000),
      'many scopes': words.slice(0, 50_000),
      'more than a body may have': words,
    }
    for (const [what, scope] of Object.entries(pushed)) {
      const at = performance.now()
      const { status } = await asClient(issuer, '/par', client, {
        ...Object.fromEntries(await queryOf(client)),
        scope,
      })
      expect(status, what).to.be.within(200, 413)
      expect(performance.now() - at, what).to.be.below(500)
    }
  })

  it('leads to pages that tell nobody where they were and load nothing from elsewhere (AZ-18)', async () => {
    const { issuer, client } = fixture()
    const asked = await ask(issuer, client)
    const failed = await ask(issuer, client, { redirect_uri: 'https://evil.test' })
    const login = await fetch(new URL(asked.location ?? '', issuer), {
      headers: {
        accept: 'text/html',
        cookie: asked.headers
          .getSetCookie()
          .map((line) => line.split(';')[0])
          .join('; '),
      },
    })
    for (const headers of [asked.headers, failed.headers, login.headers])
      expect(headers.get('referrer-policy')).to.equal('no-referrer')
    for (const html of [failed.html, await login.text()]) {
      expect(html).to.include('<html')
      const loaded = [...html.matchAll(/(?:src|srcset|action|data)="([^"]+)"|<link[^>]+href="([^"]+)"/g)]
      for (const [, one, other] of loaded) expect(new URL(one ?? other ?? '', issuer).origin).to.equal(issuer)
    }
  })
})
