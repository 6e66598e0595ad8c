import { expect } from 'chai'
import { exportJWK, generateKeyPair } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { disableClient, enableClient } from '../../../src/features/clients/index.ts'
import { isDocumentAddress } from '../../../src/features/clients/documents/client-id.ts'
import { freshFor } from '../../../src/features/clients/documents/read-document.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { discover, drive, relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { visit } from '../authorize/ask.ts'
import { bearer, get } from '../tokens/requests.ts'
import { documentHost, type DocumentHost } from './document-host.ts'
import { set } from './register.ts'

const nearby = { variables: { OUTBOUND_ALLOW: 'localhost' } }
const redirectUri = 'http://127.0.0.1:33418/callback'

interface Fixture {
  app: Gatehouse
  issuer: string
  host: DocumentHost
  ann: Person
}

const clientAt = async (
  app: Gatehouse,
  clientId: string,
  authenticate: openid.ClientAuth = openid.None(),
): Promise<RelyingParty> =>
  drive({ clientId, secret: null, redirectUri, configuration: await discover(app, clientId, authenticate) })

const supported = async (issuer: string): Promise<unknown> =>
  (await get(`${issuer}/.well-known/oauth-authorization-server`)).body.client_id_metadata_document_supported

describe('draft-ietf-oauth-client-id-metadata-document: a client_id that is an address', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({ app, issuer, host: await documentHost(), ann: await person(app) }),
    nearby,
  )

  it('is advertised', async () => {
    expect(await supported(fixture().issuer)).to.equal(true)
  })

  it('signs people in without registration, marked by its host, and asks each for consent', async () => {
    const { app, issuer, host, ann } = fixture()
    const clientId = host.publish('/oauth/agent.json')
    const client = await clientAt(app, clientId)
    const browser = openBrowser()
    const login = await browser.go((await client.begin()).url)
    expect(login.html).to.include('App not verified by').and.include(new URL(host.origin).host)
    const begun = await client.begin({ scope: 'openid email offline_access', resource: issuer })
    await browser.go(begun.url)
    const until = (url: string) => url.startsWith(redirectUri)
    const consent = await browser.submit({ login: ann.email, password: ann.password }, { until })
    expect(consent.html).to.include('This app has not been verified').and.include('Harbour Agent')
    const landing = await browser.submit({ decision: 'approve' }, { until })
    const tokens = await client.finish(begun, landing.url)

    expect(tokens.claims()).to.include({ aud: clientId })
    expect((await get(`${issuer}/users/me`, bearer(tokens.access_token))).status).to.equal(200)
    expect((await client.refresh(String(tokens.refresh_token))).access_token).to.be.a('string')
    expect(host.asked('/oauth/agent.json'), 'read once').to.equal(1)

    const mine = (await (await relyingParty(app)).signIn(ann)).tokens.access_token
    const consents = await get(`${issuer}/users/me/consents`, bearer(mine))
    expect(JSON.stringify(consents.body)).to.include(clientId)
    const rows = await app.db('audit_records').where({ action: 'client.created', target_id: clientId })
    expect(rows).to.have.lengthOf(1)
  })

  it('is let in no more once an operator disabled it, whatever its document says', async () => {
    const { app, issuer, host, ann } = fixture()
    const client = await clientAt(app, host.publish('/disabled.json'))
    const { tokens } = await client.signIn(ann)
    await disableClient(app, bySystem, client.clientId)
    await until(async () => (await get(`${issuer}/users/me`, bearer(tokens.access_token))).status === 401)
    const refused = await client.refresh(String(tokens.refresh_token)).then(
      () => null,
      (error: unknown) => error,
    )
    expect(refused).to.be.instanceOf(openid.ResponseBodyError)
    host.publish('/disabled.json', { client_name: 'Back again' })
    const page = await visit(openBrowser(), client)
    expect([page.status, page.url.origin]).to.deep.equal([400, issuer])
    await enableClient(app, bySystem, client.clientId)
    await until(async () => (await visit(openBrowser(), client)).status === 200)
  })

  it('loses what a person takes back', async () => {
    const { app, issuer, host, ann } = fixture()
    const client = await clientAt(app, host.publish('/taken-back.json'))
    const { tokens } = await client.signIn(ann)
    const mine = (await (await relyingParty(app)).signIn(ann)).tokens.access_token
    const path = `${issuer}/users/me/consents/${encodeURIComponent(client.clientId)}`
    expect((await fetch(path, { method: 'DELETE', headers: bearer(mine) })).status).to.equal(204)
    await until(async () => (await get(`${issuer}/users/me`, bearer(tokens.access_token))).status === 401)
  })

  it('may prove itself by a key of its document, or of its jwks_uri (RFC 7523)', async () => {
    const { app, host, ann } = fixture()
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
    host.serve('/jwks', { body: JSON.stringify({ keys: [jwk] }) })
    const signed = { token_endpoint_auth_method: 'private_key_jwt' }
    for (const clientId of [
      host.publish('/signed.json', { ...signed, jwks: { keys: [jwk] } }),
      host.publish('/signed-by-uri.json', { ...signed, jwks_uri: `${host.origin}/jwks` }),
    ]) {
      const proof = openid.PrivateKeyJwt({ key: privateKey, kid: 'k1' })
      const client = await clientAt(app, clientId, proof)
      expect((await client.signIn(ann)).tokens.access_token).to.be.a('string')
      const nobody = await clientAt(app, clientId)
      const failed = await nobody.signIn(ann).then(
        () => null,
        (error: unknown) => error,
      )
      expect(failed, clientId).to.be.instanceOf(Error)
    }
  })

  const bad: [what: string, metadata: Record<string, unknown>][] = [
    ['another client_id', { client_id: 'https://somebody.example/agent' }],
    ['no client_id', { client_id: undefined }],
    ['no redirect URI', { redirect_uris: [] }],
    ['a redirect URI without TLS', { redirect_uris: ['http://rp.example/cb'] }],
    ['a secret', { client_secret: 'x' }],
    ['the end of a secret', { client_secret_expires_at: 0 }],
    ['a method with a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['a signature without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['a grant it may not have', { grant_types: ['client_credentials'] }],
    ['an address inside of this house', { logo_uri: 'https://10.0.0.1/logo.png' }],
    ['an invisible character in its name', { client_name: 'Har\u200bbour' }],
  ]
  for (const [index, [what, metadata]] of bad.entries()) {
    it(`is no client with ${what}`, async () => {
      const { app, issuer, host } = fixture()
      const client = await clientAt(app, host.publish(`/bad/${index}`, metadata))
      const page = await visit(openBrowser(), client)
      expect([page.status, page.url.origin]).to.deep.equal([400, issuer])
      expect(page.html).to.include('invalid_client')
      expect(await app.db('clients').where({ id: client.clientId })).to.deep.equal([])
    })
  }

  it('is no client where the answer is no plain JSON document: redirect, type, size, error (SS-03, DR-05)', async () => {
    const { app, issuer, host } = fixture()
    const good = { client_id: `${host.origin}/odd`, redirect_uris: [redirectUri] }
    const odd: [path: string, served: Parameters<DocumentHost['serve']>[1]][] = [
      ['/odd/redirect', { status: 302, headers: { location: host.publish('/elsewhere.json') } }],
      ['/odd/html', { headers: { 'content-type': 'text/html' }, body: JSON.stringify(good) }],
      ['/odd/broken', { body: '{"client_id":' }],
      ['/odd/list', { body: '[]' }],
      ['/odd/large', { body: JSON.stringify({ ...good, padding: 'x'.repeat(20_000) }) }],
      ['/odd/huge', { body: () => 'x'.repeat(4 * 1024 * 1024) }],
      ['/odd/error', { status: 500 }],
      ['/odd/missing', { status: 404 }],
    ]
    for (const [path, served] of odd) {
      host.serve(path, served)
      const page = await visit(openBrowser(), await clientAt(app, `${host.origin}${path}`))
      expect([page.status, page.url.origin], path).to.deep.equal([400, issuer])
    }
    expect(host.asked('/elsewhere.json')).to.equal(0)
  })

  it('is fetched once for many who ask at the same moment, and not again at once after it failed', async () => {
    const { app, host } = fixture()
    const clientId = host.publish('/crowd.json')
    await Promise.all(Array.from({ length: 20 }, () => app.clients.get(clientId)))
    expect(host.asked('/crowd.json')).to.equal(1)
    await app.clients.get(`${host.origin}/nothing.json`)
    await app.clients.get(`${host.origin}/nothing.json`)
    expect(host.asked('/nothing.json')).to.equal(1)
  })

  it('reaches nothing inside of this house, and says nothing of what is there (SS-01, SS-06)', async () => {
    const { app, issuer } = fixture()
    for (const address of [
      'https://10.0.0.1/a.json',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/a.json',
      'https://[::ffff:7f00:1]/a.json',
      'https://db.internal/a.json',
    ]) {
      const query = new URLSearchParams({
        client_id: address,
        redirect_uri: redirectUri,
        response_type: 'code',
      })
      const { status, body } = await get(`${issuer}/authorize?${query.toString()}`)
      expect(status, address).to.equal(400)
      expect(body.text, address)
        .to.include('invalid_client')
        .and.not.match(/refused|resolve|timeout/i)
      expect(await app.clients.get(address)).to.equal(null)
    }
  })
})

describe('a document that changes', () => {
  it('is read anew when it is no longer fresh; what it then says holds', async () => {
    const { app, clock } = await stage(nearby)
    const host = await documentHost()
    const clientId = host.publish('/agent.json', {}, { 'cache-control': 'max-age=600' })
    expect((await app.clients.get(clientId))?.name).to.equal('Harbour Agent')
    host.publish('/agent.json', { client_name: 'Renamed' }, { 'cache-control': 'max-age=600' })
    clock.advance(590)
    expect((await app.clients.get(clientId))?.name).to.equal('Harbour Agent')
    clock.advance(20)
    expect((await app.clients.get(clientId))?.name).to.equal('Renamed')
    const changes = app.db('audit_records').where({ action: 'client.updated', target_id: clientId })
    expect(await changes).to.have.lengthOf(1)

    host.publish('/agent.json', { client_id: 'https://somebody.example/' })
    clock.advance(610)
    expect(await app.clients.get(clientId), 'its owner says something else now').to.equal(null)
  })

  it('is believed for a day without an answer, and no longer', async () => {
    const { app, clock } = await stage(nearby)
    const host = await documentHost()
    const clientId = host.publish('/agent.json')
    await app.clients.get(clientId)
    host.serve('/agent.json', { status: 503 })
    clock.advance(3 * 3600)
    expect((await app.clients.get(clientId))?.name).to.equal('Harbour Agent')
    await app.clients.get(clientId)
    expect(host.asked('/agent.json'), 'not asked again at once').to.equal(2)
    clock.advance(22 * 3600)
    expect(await app.clients.get(clientId)).to.equal(null)
  })

  it('is given up when its server does not finish (DR-05)', async () => {
    const { app } = await stage(nearby)
    const host = await documentHost()
    host.serve('/slow.json', { hangs: true })
    const before = Date.now()
    expect(await app.clients.get(`${host.origin}/slow.json`)).to.equal(null)
    expect(Date.now() - before).to.be.lessThan(5_000)
  })

  it('is believed within bounds, whatever its server says (RFC 9111, section 5.2.2)', () => {
    const cases: [header: string | null, seconds: number][] = [
      [null, 3600],
      ['', 3600],
      ['no-store', 60],
      ['max-age=0', 60],
      ['public, max-age=600', 600],
      ['max-age=99999999', 86_400],
      ['no-cache, max-age=600', 60],
    ]
    for (const [header, seconds] of cases) expect(freshFor(header), String(header)).to.equal(seconds)
  })
})

describe('which addresses may be a client_id', () => {
  it('are https with a path, in one form, without query, fragment, user and dot segments (section 3)', () => {
    const good = [
      'https://app.example/a',
      'https://app.example/a/',
      'https://app.example:8443/oauth/client.json',
    ]
    const wrong = [
      ...['http://app.example/a', 'https://app.example', 'https://app.example/', 'HTTPS://app.example/a'],
      ...[
        'https://App.example/a',
        'https://app.example:443/a',
        'https://app.example/a?b',
        'https://app.example/a#b',
      ],
      ...['https://me@app.example/a', 'https://me:you@app.example/a', 'https://app.example/a/../b'],
      ...[
        'https://app.example/./a',
        'https://app.example/%2e%2E/a',
        'https://app.example/a b',
        'https://app.example\\a',
      ],
      ...['https://äpp.example/a', `https://app.example/${'a'.repeat(500)}`, 'https:///a', 'https://'],
    ]
    for (const address of good) expect(isDocumentAddress(address), address).to.equal(true)
    for (const address of wrong) expect(isDocumentAddress(address), address).to.equal(false)
  })
})

describe('whose documents are read', () => {
  it('is in production only what registration.document_hosts names; discovery follows', async () => {
    const { app, issuer } = await stage(nearby)
    const host = await documentHost()
    const clientId = host.publish('/agent.json')
    expect(await supported(issuer)).to.equal(true)

    Object.assign(app.config, { production: true })
    await set(app, 'registration.document_hosts', []) // a process that runs never turns into one in production: it looks anew
    await until(async () => (await supported(issuer)) === undefined)
    expect(await app.clients.get(clientId)).to.equal(null)
    expect(host.asked('/agent.json')).to.equal(0)

    await set(app, 'registration.document_hosts', ['*.example.com', 'localhost'])
    await until(async () => (await supported(issuer)) === true)
    expect((await app.clients.get(clientId))?.name).to.equal('Harbour Agent')

    await set(app, 'registration.document_hosts', ['elsewhere.example'])
    await until(async () => (await app.clients.get(clientId)) === null)
    Object.assign(app.config, { production: false })
  })

  it('is nobody’s where it is turned off', async () => {
    const { app, issuer } = await stage(nearby)
    const host = await documentHost()
    await set(app, 'registration.documents', 'off')
    await until(async () => (await supported(issuer)) === undefined)
    expect(await app.clients.get(host.publish('/agent.json'))).to.equal(null)
    expect(host.asked('/agent.json')).to.equal(0)
  })
})

/** News of a change takes a moment to arrive. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('a change was not heard of')
}
