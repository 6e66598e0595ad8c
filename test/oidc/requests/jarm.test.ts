import { expect } from 'chai'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { formsOf, openBrowser } from '../../support/browser.ts'
import { person, type Person } from '../../support/people.ts'
import { discover, drive, relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { answerIn, ask, visit } from '../authorize/ask.ts'
import { bearer, eventually, get } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  client: RelyingParty
  es256: RelyingParty
  queryOnly: RelyingParty
}

describe('JARM: answers as signed JWTs', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    ...{ app, issuer },
    ann: await person(app),
    client: await relyingParty(app),
    es256: await relyingParty(app, { authorizationResponseAlgorithm: 'ES256' }),
    queryOnly: await relyingParty(app, { responseModes: ['query', 'query.jwt'] }),
  }))

  const verified = async (response: string, audience: string) => {
    const { issuer } = fixture()
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    return (await jwtVerify(response, keys, { issuer, audience, requiredClaims: ['exp'] })).payload
  }

  it('section 2.3.4: openid-client redeems a code that came as response_mode=jwt', async () => {
    const { app, client, ann } = fixture()
    const configuration = await discover(
      app,
      client.clientId,
      openid.ClientSecretBasic(client.secret ?? ''),
      { authorization_signed_response_alg: 'RS256' },
    )
    openid.useJwtResponseMode(configuration)
    const other = drive({ ...client, configuration })
    const begun = await other.begin()
    expect(new URL(begun.url).searchParams.get('response_mode')).to.equal('jwt')
    const landing = await signInAt(openBrowser(), begun.url, client.redirectUri, ann)
    expect([...new URL(landing.url).searchParams.keys()]).to.deep.equal(['response'])
    expect((await other.finish(begun, landing.url)).claims()?.sub).to.equal(ann.id)
  })

  it('section 2.1: it holds iss, aud, a near exp and the answer, and nothing else', async () => {
    const { issuer, client, ann } = fixture()
    const { browser } = await client.signIn(ann)
    const { url, answer } = await visit(browser, client, { response_mode: 'query.jwt', state: 'a b' })
    expect([...url.searchParams.keys()]).to.deep.equal(['response'])
    const payload = await verified(answer.response ?? '', client.clientId)
    expect(Object.keys(payload).sort()).to.deep.equal(['aud', 'code', 'exp', 'iss', 'session_state', 'state'])
    expect(payload).to.include({ iss: issuer, aud: client.clientId, state: 'a b' })
    expect((payload.exp ?? 0) - Date.now() / 1000).to.be.within(1, 600)
  })

  it('section 2.3: by query, fragment and form', async () => {
    const { client, ann } = fixture()
    const { browser } = await client.signIn(ann)
    const fragment = await visit(browser, client, { response_mode: 'fragment.jwt' })
    expect([fragment.url.search, [...new URLSearchParams(fragment.url.hash.slice(1)).keys()]]).to.deep.equal([
      '',
      ['response'],
    ])
    const page = await browser.go((await client.begin({ response_mode: 'form_post.jwt' })).url)
    const [form] = formsOf(page.html)
    expect(form?.action).to.equal(client.redirectUri)
    expect(Object.keys(form?.fields ?? {})).to.deep.equal(['response'])
    expect(await verified(form?.fields.response ?? '', client.clientId)).to.have.property('code')
  })

  it('section 2.2: errors too', async () => {
    const { issuer, client } = fixture()
    const asked = await ask(issuer, client, { prompt: 'none', response_mode: 'jwt', state: 'x' })
    const payload = await verified(answerIn(asked.location).response ?? '', client.clientId)
    expect(payload).to.include({ error: 'login_required', state: 'x', iss: issuer })
    const page = await openBrowser().go(
      (await client.begin({ prompt: 'none', response_mode: 'form_post.jwt' })).url,
    )
    const fields = formsOf(page.html)[0]?.fields ?? {}
    expect(await verified(fields.response ?? '', client.clientId)).to.include({ error: 'login_required' })
  })

  it('section 3: signed as the client is registered', async () => {
    const { es256, client, ann } = fixture()
    const { browser } = await client.signIn(ann)
    for (const [one, alg] of [
      [es256, 'ES256'],
      [client, 'RS256'],
    ] as const) {
      const { answer } = await visit(browser, one, { response_mode: 'jwt' })
      expect(decodeProtectedHeader(answer.response ?? '').alg).to.equal(alg)
      await verified(answer.response ?? '', one.clientId)
    }
  })

  it('a way that is not allowed for the client is refused (AZ-03)', async () => {
    const { issuer, queryOnly, ann } = fixture()
    for (const response_mode of ['form_post', 'fragment', 'form_post.jwt', 'fragment.jwt', 'jwt']) {
      const asked = await ask(issuer, queryOnly, { response_mode, state: 'x' })
      const answer =
        asked.location === null ? (formsOf(asked.html)[0]?.fields ?? {}) : answerIn(asked.location)
      const told =
        answer.response === undefined ? answer : await verified(answer.response, queryOnly.clientId)
      expect(told, response_mode).to.include({ error: 'invalid_request', state: 'x' })
      expect(`${asked.location}${asked.html}`, response_mode).not.to.match(/code=|interaction/)
    }
    const { browser } = await queryOnly.signIn(ann)
    expect((await visit(browser, queryOnly, { response_mode: 'query.jwt' })).answer).to.have.property(
      'response',
    )
  })

  it('an answer opens nothing as an access token (JW-06)', async () => {
    const { issuer, client, ann } = fixture()
    const { browser } = await client.signIn(ann)
    const { answer } = await visit(browser, client, { response_mode: 'jwt' })
    for (const path of ['/userinfo', '/users/me'])
      expect((await get(`${issuer}${path}`, bearer(answer.response ?? ''))).status, path).to.equal(401)
  })
})

describe('JARM where everything is signed by EdDSA (KM-06)', () => {
  it('section 3: answers and userinfo are too, whatever the client is registered for', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app, {
      userinfoAlgorithm: 'RS256',
      authorizationResponseAlgorithm: 'ES256',
    })
    const plain = await relyingParty(app)
    await changeSetting(app, bySystem, 'tokens.signing_profile', 'eddsa')
    await eventually(async () => {
      const { body } = await get(`${issuer}/.well-known/openid-configuration`)
      return String(body.authorization_signing_alg_values_supported) === 'EdDSA'
    })
    const ann = await person(app)
    for (const one of [client, plain]) {
      const configuration = await discover(app, one.clientId, openid.ClientSecretBasic(one.secret ?? ''), {
        id_token_signed_response_alg: 'EdDSA',
      })
      const { browser, tokens } = await drive({ ...one, configuration }).signIn(ann)
      const { answer } = await visit(browser, one, { response_mode: 'jwt' })
      expect(decodeProtectedHeader(answer.response ?? '').alg).to.equal('EdDSA')
      if (one !== client) continue
      const { body } = await get(`${issuer}/userinfo`, bearer(tokens.access_token))
      expect(decodeProtectedHeader(String(body.text)).alg).to.equal('EdDSA')
    }
  })
})
