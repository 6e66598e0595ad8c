import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { asClient, post } from '../tokens/requests.ts'
import { answerIn, queryOf, send } from './ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
  other: RelyingParty
}

const prefix = 'urn:ietf:params:oauth:request_uri:'

async function push(
  issuer: string,
  client: RelyingParty,
  parameters: Record<string, string | undefined> = {},
) {
  return asClient(issuer, '/par', client, Object.fromEntries(await queryOf(client, parameters)))
}

const byReference = (clientId: string, requestUri: unknown): string =>
  new URLSearchParams({ client_id: clientId, request_uri: String(requestUri) }).toString()

describe('a pushed authorization request (RFC 9126)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    client: await relyingParty(app),
    other: await relyingParty(app),
  }))

  it('is stored for a minute and leads to a code', async () => {
    const { app, issuer, client } = fixture()
    const pushed = await push(issuer, client, { state: 'pushed' })
    expect(pushed.status).to.equal(201)
    expect(pushed.body.expires_in).to.equal(60)
    expect(pushed.body.request_uri).to.match(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/)
    expect(pushed.headers.get('cache-control')).to.equal('no-store')
    const url = `${issuer}/authorize?${byReference(client.clientId, pushed.body.request_uri)}`
    const landing = await signInAt(openBrowser(), url, client.redirectUri, await person(app))
    expect(answerIn(landing.url)).to.include({ state: 'pushed', iss: issuer })
    expect(answerIn(landing.url)).to.have.property('code')
  })

  it('counts as it was pushed: what the browser adds changes nothing (PA-01)', async () => {
    const { app, issuer, client } = fixture()
    const ann = await person(app)
    const { body } = await push(issuer, client, { scope: 'openid', state: 'pushed' })
    const url = new URL(`${issuer}/authorize?${byReference(client.clientId, body.request_uri)}`)
    for (const [name, value] of Object.entries({
      scope: 'openid email offline_access',
      state: 'changed',
      redirect_uri: 'https://evil.test/cb',
    }))
      url.searchParams.set(name, value)
    const landing = await signInAt(openBrowser(), url.href, client.redirectUri, ann)
    expect(landing.url.startsWith(client.redirectUri)).to.equal(true)
    expect(answerIn(landing.url)).to.include({ state: 'pushed' })
  })

  it('belongs to the client that pushed it (PA-02)', async () => {
    const { issuer, client, other } = fixture()
    const { body } = await push(issuer, client)
    const asked = await send(issuer, byReference(other.clientId, body.request_uri))
    expect(asked.status).to.equal(400)
    expect(asked.location).to.equal(null)
    expect(asked.html).to.match(/invalid_request/)
  })

  it('that nobody pushed, or in another form, is refused (PA-04)', async () => {
    const { issuer, client } = fixture()
    const uris = [
      `${prefix}${'A'.repeat(43)}`,
      prefix,
      `${prefix}../../x`,
      'https://evil.test/request',
      `${prefix}${'a'.repeat(64)}`,
      `${prefix}\u0000`,
    ]
    for (const uri of uris) {
      const asked = await send(issuer, byReference(client.clientId, uri))
      expect(asked.status, uri).to.equal(400)
      expect(asked.location, uri).to.equal(null)
    }
  })

  it('is held to the same rules when it is pushed', async () => {
    const { issuer, client, other } = fixture()
    const wrong: Record<string, Record<string, string | undefined>> = {
      'a foreign redirect_uri': { redirect_uri: 'https://evil.test/cb' },
      'no redirect_uri': { redirect_uri: undefined },
      'no code_challenge': { code_challenge: undefined },
      'response_type token': { response_type: 'token' },
      'a request_uri': { request_uri: `${prefix}x` },
      'an unknown screen_hint': { screen_hint: 'x' },
      'the id of another client': { client_id: other.clientId },
    }
    for (const [what, parameters] of Object.entries(wrong)) {
      const { status, body } = await push(issuer, client, parameters)
      expect(status, what).to.equal(400)
      expect(body.error, what).to.be.a('string')
      expect(body, what).not.to.have.property('request_uri')
    }
  })

  it('needs the client to prove who it is', async () => {
    const { issuer, client } = fixture()
    const form = Object.fromEntries(await queryOf(client))
    expect((await post(`${issuer}/par`, form)).status).to.equal(401)
    const wrong = { ...client, secret: 'wrong' }
    const { status, body } = await asClient(issuer, '/par', wrong, form)
    expect([status, body.error]).to.deep.equal([401, 'invalid_client'])
  })

  it('is over after a minute', async () => {
    const { app, issuer, clock } = await stage()
    const client = await relyingParty(app)
    const { body } = await push(issuer, client)
    clock.advance(61)
    const asked = await send(issuer, byReference(client.clientId, body.request_uri))
    expect(asked.status).to.equal(400)
    expect(asked.location).to.equal(null)
  })
})
