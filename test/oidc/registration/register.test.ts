import { generateKeyPairSync } from 'node:crypto'

import { expect } from 'chai'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { findClient } from '../../../src/features/clients/index.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { drive } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient } from '../tokens/requests.ts'
import { callback, initialToken, manyNetworks, register, send, set } from './register.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  token: string
}

const web = { client_name: 'Harbour', redirect_uris: [callback] }

describe('RFC 7591: registering a client', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({ app, issuer, token: await initialToken(app) }),
    manyNetworks,
  )

  it('section 3.2.1: answers what was registered, with a secret and a token that are shown this once', async () => {
    const { app, issuer, token } = fixture()
    const { status, headers, body } = await register({ issuer }, web, token)

    expect(status).to.equal(201)
    expect(headers.get('content-type')).to.match(/^application\/json/)
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(body).to.include({
      client_name: 'Harbour',
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'RS256',
      client_secret_expires_at: 0,
      scope: 'openid profile email address phone offline_access',
      registration_client_uri: `${issuer}/register/${String(body.client_id)}`,
    })
    expect(body).to.deep.include({
      redirect_uris: [callback],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    })
    expect(body.client_id).to.match(/^gh_/)
    expect(body.client_secret).to.match(/^[\w-]{43}$/)
    expect(body.registration_access_token).to.match(/^[\w-]{43}$/)
    expect(body.client_id_issued_at).to.be.closeTo(Date.now() / 1000, 5)
    const client = await findClient(app, String(body.client_id))
    expect(client).to.include({ ownerType: 'self', ownerId: null, firstParty: false, enabled: true })
  })

  it('section 2: takes each way to prove itself, and refuses those that do not exist here', async () => {
    const { issuer, token } = fixture()
    const jwks = {
      keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })],
    }
    const fine: [method: string, more: object, secret: boolean][] = [
      ['client_secret_basic', {}, true],
      ['client_secret_post', {}, true],
      ['none', {}, false],
      ['private_key_jwt', { jwks }, false],
      ['private_key_jwt', { jwks_uri: 'https://keys.rp.example/jwks' }, false],
    ]
    for (const [method, more, secret] of fine) {
      const { status, body } = await register(
        { issuer },
        { ...web, token_endpoint_auth_method: method, ...more },
        token,
      )
      expect(status, JSON.stringify(body)).to.equal(201)
      expect(body).to.deep.include({ token_endpoint_auth_method: method, ...more })
      expect('client_secret' in body, method).to.equal(secret)
      expect('client_secret_expires_at' in body, method).to.equal(secret)
    }
    const wrong: object[] = [
      { token_endpoint_auth_method: 'client_secret_jwt' },
      { token_endpoint_auth_method: 'constructor' },
      { token_endpoint_auth_method: 'private_key_jwt' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks, jwks_uri: 'https://keys.rp.example/jwks' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://keys.rp.example/jwks' },
    ]
    for (const one of wrong) {
      const { status, body } = await register({ issuer }, { ...web, ...one }, token)
      expect(status, JSON.stringify(one)).to.equal(400)
      expect(body.error, JSON.stringify(one)).to.equal('invalid_client_metadata')
    }
  })

  it('section 3.2.2: says what is wrong, and registers nothing', async () => {
    const { app, issuer, token } = fixture()
    const before = await app.db('clients').count()
    const cases: [metadata: unknown, error: string][] = [
      [{}, 'invalid_redirect_uri'],
      [{ redirect_uris: [] }, 'invalid_redirect_uri'],
      [{ redirect_uris: 'https://rp.example/cb' }, 'invalid_redirect_uri'],
      [{ ...web, response_types: ['token'] }, 'invalid_client_metadata'],
      [{ ...web, response_types: ['code', 'code id_token'] }, 'invalid_client_metadata'],
      [{ ...web, response_types: [] }, 'invalid_client_metadata'],
      [{ ...web, grant_types: ['refresh_token'] }, 'invalid_client_metadata'],
      [{ ...web, id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'],
      [{ ...web, id_token_signed_response_alg: 'HS256' }, 'invalid_client_metadata'],
      [{ ...web, application_type: 'desktop' }, 'invalid_client_metadata'],
      [{ ...web, client_name: 'x'.repeat(101) }, 'invalid_client_metadata'],
      [{ ...web, scope: 'admin everything' }, 'invalid_client_metadata'],
      ['[]', 'invalid_client_metadata'],
      ['{"redirect_uris":', 'invalid_client_metadata'],
      ['{"client_name":"A","client_name":"B"}', 'invalid_client_metadata'],
    ]
    for (const [metadata, error] of cases) {
      const { status, headers, body } = await register({ issuer }, metadata, token)
      expect(status, JSON.stringify(metadata)).to.equal(400)
      expect(headers.get('content-type')).to.match(/^application\/json/)
      expect(body, JSON.stringify(metadata)).to.have.all.keys('error', 'error_description')
      expect(body.error, JSON.stringify(metadata)).to.equal(error)
      expect(body.error_description).to.match(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    }
    const form = await fetch(`${issuer}/register`, {
      method: 'POST',
      body: new URLSearchParams({ client_name: 'A' }),
    })
    expect(form.status).to.equal(415)
    expect(await form.json()).to.have.property('error')
    expect(await app.db('clients').count()).to.deep.equal(before)
  })

  it('gives nobody what only an operator may give (DR-02)', async () => {
    const { app, issuer, token } = fixture()
    const { status, body } = await register(
      { issuer },
      {
        ...web,
        client_id: 'gh_AAAAAAAAAAAAAAAAAAAAAA',
        client_secret: 'chosen by myself',
        skip_consent: true,
        first_party: true,
        firstParty: true,
        trusted: true,
        tenant_id: 'somebody',
        owner: { type: 'system' },
        pkce_exempt: true,
        audiences: ['https://api.example'],
        cors_origins: ['https://evil.example'],
        scope: 'openid email admin users:write:any',
        registration_access_token: 'mine',
      },
      token,
    )
    expect(status).to.equal(201)
    expect(body).to.include({ scope: 'openid email' })
    expect(body).not.to.have.any.keys(
      'first_party',
      'skip_consent',
      'trusted',
      'tenant_id',
      'owner',
      'audiences',
    )
    expect(body.client_id).not.to.equal('gh_AAAAAAAAAAAAAAAAAAAAAA')
    expect(body.client_secret).not.to.equal('chosen by myself')
    const client = await findClient(app, String(body.client_id))
    expect(client).to.include({ firstParty: false, ownerType: 'self' })
    expect(client.metadata).to.deep.include({ pkce_exempt: false, audiences: [], cors_origins: [] })
    for (const grant of [
      'password',
      'implicit',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ]) {
      const refused = await register(
        { issuer },
        { ...web, grant_types: ['authorization_code', grant], token_endpoint_auth_method: 'none' },
        token,
      )
      expect(refused.status, grant).to.equal(400)
      expect(refused.body.error, grant).to.equal('invalid_client_metadata')
    }
  })

  it('takes no redirect URI that leads elsewhere than it says (RU-11, RU-12)', async () => {
    const { app, issuer, token } = fixture()
    for (const uri of [
      'http://rp.example/cb',
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'https://*.rp.example/*',
      'https://user@rp.example/cb',
      'https://rp.example/cb#here',
      'com.example.app:/cb',
    ]) {
      const { status, body } = await register({ issuer }, { redirect_uris: [uri] }, token)
      expect(status, uri).to.equal(400)
      expect(body.error, uri).to.equal('invalid_redirect_uri')
    }
    const local = await register({ issuer }, { redirect_uris: ['http://127.0.0.1/cb'] }, token)
    expect(local.status).to.equal(201)
    expect((await findClient(app, String(local.body.client_id))).development).to.equal(true)
    const native = await register(
      { issuer },
      { redirect_uris: ['http://127.0.0.1:33418/cb'], token_endpoint_auth_method: 'none' },
      token,
    )
    expect(native.body).to.include({ application_type: 'native' })
    expect((await findClient(app, String(native.body.client_id))).development).to.equal(false)
  })

  it('takes no address inside of this house in any field (SS-01, SS-04)', async () => {
    const { issuer, token } = fixture()
    const hosts = [
      '127.0.0.1',
      '[::1]',
      '[::ffff:7f00:1]',
      '169.254.169.254',
      '10.0.0.1',
      '100.64.0.1',
      '[fd00::1]',
    ]
    const inside = [...hosts, 'localhost', 'db.internal', 'printer'].map((host) => `https://${host}/x`)
    const odd = [
      'https://2130706433/x',
      'https://0x7f.1/x',
      'http://rp.example/x',
      'file:///etc/passwd',
      'gopher://rp.example/x',
    ]
    for (const uri of [...inside, ...odd])
      for (const field of ['jwks_uri', 'logo_uri', 'client_uri', 'policy_uri', 'tos_uri']) {
        const keys = field === 'jwks_uri' ? { token_endpoint_auth_method: 'private_key_jwt' } : {}
        const { status, body } = await register({ issuer }, { ...web, ...keys, [field]: uri }, token)
        expect(status, `${field} ${uri}`).to.equal(400)
        expect(body.error, `${field} ${uri}`).to.equal('invalid_client_metadata')
      }
    for (const uri of ['https://rp.example:6379/jwks', 'https://me:secret@rp.example/jwks']) {
      const { status } = await register(
        { issuer },
        { ...web, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: uri },
        token,
      )
      expect(status, uri).to.equal(400)
    }
  })

  it('takes no name that reads differently than it is written (DR-06)', async () => {
    const { issuer, token } = fixture()
    for (const name of ['Harbour\u202egnp.exe', 'Har\u200bbour', 'Harbour\u0000'])
      expect((await register({ issuer }, { ...web, client_name: name }, token)).status, name).to.equal(400)
    const html = '<img src=x onerror=alert(1)>'
    expect((await register({ issuer }, { ...web, client_name: html }, token)).body.client_name).to.equal(html)
    const unnamed = await register({ issuer }, { redirect_uris: [callback] }, token)
    expect(unnamed.body.client_name).to.equal('rp.example')
  })

  it('is driven by openid-client, from discovery to a token', async () => {
    const { app, issuer, token } = fixture()
    const configuration = await openid.dynamicClientRegistration(
      new URL(issuer),
      {
        client_name: 'Driven',
        redirect_uris: [callback],
        grant_types: ['authorization_code', 'refresh_token'],
      },
      undefined,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to be noticed; tests have no TLS
      { initialAccessToken: token, execute: [openid.allowInsecureRequests] },
    )
    const { client_id: clientId, client_secret: secret } = configuration.clientMetadata()
    const rp = drive({
      clientId,
      secret: typeof secret === 'string' ? secret : null,
      configuration,
      redirectUri: callback,
    })
    const { tokens } = await rp.signIn(await person(app), { parameters: { scope: 'openid email' } })
    expect(tokens.claims()).to.include({ aud: clientId })
    expect(tokens.refresh_token).to.be.a('string')
  })

  it('lets a client send its secret in the body that said so', async () => {
    const { app, issuer, token } = fixture()
    const policy = {
      grants: ['client_credentials'],
      scopes: ['openid'],
      redirectHosts: [],
      authMethods: ['client_secret_post' as const],
      lifetimeDays: null,
    }
    const { body } = await register(
      { issuer },
      {
        client_name: 'Machine',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      await initialToken(app, { policy }),
    )
    expect(body).to.deep.include({ response_types: [], grant_types: ['client_credentials'] })
    const tokens = await send('GET', `${issuer}/health`) // the service lives
    expect(tokens.status).to.equal(200)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: String(body.client_id),
      client_secret: String(body.client_secret),
    })
    expect((await fetch(`${issuer}/token`, { method: 'POST', body: form })).status).to.equal(200)
    expect(token).to.be.a('string')
  })

  it('demands PKCE of those that can keep a secret too, unless a setting says otherwise', async () => {
    const { app, issuer, token } = fixture()
    const withPkce = await register({ issuer }, web, token)
    expect((await findClient(app, String(withPkce.body.client_id))).metadata.pkce_exempt).to.equal(false)
    const { body } = withPkce
    const url = `${issuer}/authorize?${new URLSearchParams({ client_id: String(body.client_id), redirect_uri: callback, response_type: 'code', scope: 'openid' }).toString()}`
    const page = await openBrowser().go(url)
    expect(page.html).to.include('PKCE')
    expect(page.status).to.equal(400)
    const used = await asClient(
      issuer,
      '/token',
      { clientId: String(body.client_id), secret: 'wrong' },
      { grant_type: 'authorization_code', code: 'x', redirect_uri: callback },
    )
    expect(used.status).to.equal(401)
  })
})

describe('who may register', () => {
  const fixture = sharedStage(undefined, manyNetworks)

  it('is nobody without a token by default, anybody where it is open, and nobody at all where it is closed (DR-01)', async () => {
    const { app, issuer } = fixture()
    const discovered = async () =>
      ((await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>)
        .registration_endpoint

    const stranger = await register({ issuer }, web)
    expect(stranger.status).to.equal(401)
    expect(stranger.headers.get('www-authenticate')).to.equal('Bearer')
    expect(stranger.body.error).to.equal('invalid_token')
    expect(await discovered()).to.equal(`${issuer}/register`)

    await set(app, 'registration.clients', 'open')
    await settled(async () => (await register({ issuer }, web)).status === 201)
    const wrong = await register({ issuer }, web, 'x'.repeat(43))
    expect(wrong.status).to.equal(401)
    expect(wrong.headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"')

    await set(app, 'registration.require_pkce', false)
    await settled(async () => {
      const { body } = await register({ issuer }, web)
      return (await findClient(app, String(body.client_id))).metadata.pkce_exempt
    })
    const open = await register({ issuer }, { ...web, token_endpoint_auth_method: 'none' })
    expect((await findClient(app, String(open.body.client_id))).metadata.pkce_exempt).to.equal(false)

    const token = await initialToken(app)
    await set(app, 'registration.clients', 'closed')
    await settled(async () => (await register({ issuer }, web, token)).status === 403)
    expect((await register({ issuer }, web, token)).body.error).to.equal('access_denied')
    expect(await discovered()).to.equal(undefined)
    const managed = `${issuer}/register/${String(open.body.client_id)}`
    expect(
      (await send('GET', managed, undefined, String(open.body.registration_access_token))).status,
    ).to.equal(200)
  })
})

describe('a flood of registrations', () => {
  const fixture = sharedStage(undefined, manyNetworks)

  it('ends at a number for each network, in the words of the standard', async () => {
    const { issuer } = fixture()
    const from = (network: string) =>
      fetch(`${issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': network },
        body: JSON.stringify(web),
      })
    const statuses = new Set<number>()
    for (let number = 0; number < 120; number++) statuses.add((await from('198.51.100.1')).status)
    expect([...statuses]).to.deep.equal([401])
    const refused = await from('198.51.100.1')
    expect(refused.status).to.equal(429)
    expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 600)
    expect(await refused.json()).to.include({ error: 'temporarily_unavailable' })
    expect((await from('198.51.100.2')).status).to.equal(401)
  })
})

/** News of a setting takes a moment to arrive. */
async function settled(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('a setting did not take effect')
}
