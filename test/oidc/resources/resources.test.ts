import { expect } from 'chai'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { type ApiRecord, changeApi, deleteApi } from '../../../src/features/apis/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { registeredApi, scopesNamed } from '../../support/apis.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { type Begun, relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, basic, bearer, eventually, get } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  tides: ApiRecord
  harbours: ApiRecord
  ours: RelyingParty
}

/** A sign-in whose request and redemption may name several resources. */
async function signIn(
  { configuration, redirectUri }: RelyingParty,
  ann: Person,
  { scope = 'openid offline_access read write', resource = [] as string[], redeem = [] as string[] } = {},
) {
  const verifier = openid.randomPKCECodeVerifier()
  const query = new URLSearchParams({
    redirect_uri: redirectUri,
    scope,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  for (const one of resource) query.append('resource', one)
  const { href } = openid.buildAuthorizationUrl(configuration, query)
  const landing = await signInAt(openBrowser(), href, redirectUri, ann)
  const form = new URLSearchParams()
  for (const one of redeem) form.append('resource', one)
  const checks = { pkceCodeVerifier: verifier }
  return openid.authorizationCodeGrant(configuration, new URL(landing.url), checks, form)
}

/** The error that a request of openid-client ended with. */
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) =>
      error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError
        ? error.error
        : String(error),
  )

describe('RFC 8707: resource indicators', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    ann: await person(app),
    tides: await registeredApi(app, { access_token_seconds: 900 }),
    harbours: await registeredApi(app, {
      name: 'Harbours',
      scopes: scopesNamed('read', 'moor'),
      signing_algorithm: 'RS256',
    }),
    ours: await relyingParty(app),
  }))

  it('section 2.2: a token for an API has it as audience, its lifetime and scopes, and our published keys verify it', async () => {
    const { issuer, ann, tides, ours } = fixture()
    const tokens = await signIn(ours, ann, { resource: [tides.identifier] })
    const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, jwks, {
      issuer,
      audience: tides.identifier,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    })
    expect(protectedHeader.alg).to.equal('ES256')
    expect(payload).to.include({ scope: 'read write', client_id: ours.clientId })
    expect(payload.sid).to.be.a('string')
    expect(Number(payload.exp) - Number(payload.iat)).to.equal(900)
    expect(tokens).to.include({ scope: 'read write', expires_in: 900 })
    expect(decodeJwt(String(tokens.id_token)).sub).to.equal(payload.sub)
  })

  it('section 2.2: each token request picks one of the resources that were granted, and only of those (RT-07)', async () => {
    const { app, issuer, ann, tides, harbours, ours } = fixture()
    const elsewhere = await registeredApi(app)
    const first = await signIn(ours, ann, {
      scope: 'openid email offline_access read write moor',
      resource: [tides.identifier, harbours.identifier, issuer],
      redeem: [harbours.identifier],
    })
    expect(decodeJwt(first.access_token)).to.include({ aud: harbours.identifier, scope: 'read moor' })
    expect(decodeProtectedHeader(first.access_token).alg).to.equal('RS256')

    let refresh_token = String(first.refresh_token)
    const next = async (form: Record<string, string>) => {
      const { status, body } = await asClient(issuer, '/token', ours, {
        grant_type: 'refresh_token',
        refresh_token,
        ...form,
      })
      if (typeof body.refresh_token === 'string') refresh_token = body.refresh_token
      return { status, body }
    }
    const second = await next({ resource: tides.identifier })
    expect(decodeJwt(String(second.body.access_token))).to.include({
      aud: tides.identifier,
      scope: 'read write',
    })
    const narrow = await next({ resource: tides.identifier, scope: 'read' })
    expect(decodeJwt(String(narrow.body.access_token)).scope).to.equal('read')
    const own = await next({ resource: issuer })
    expect((await get(`${issuer}/userinfo`, bearer(String(own.body.access_token)))).body).to.include({
      email: ann.email,
    })
    for (const resource of [elsewhere.identifier, 'https://nobody.example/', 'not a uri']) {
      const refused = await next({ resource })
      expect([refused.status, refused.body.error], resource).to.deep.equal([400, 'invalid_target'])
    }
    expect((await next({ resource: tides.identifier, scope: 'read admin' })).body.error).to.equal(
      'invalid_scope',
    )
    expect((await next({})).status, 'a refusal uses nothing up').to.equal(200)
  })

  it('section 2.1: without a resource the token is for the issuer, as ever', async () => {
    const { issuer, ann, ours } = fixture()
    const tokens = await signIn(ours, ann, { scope: 'openid email read' })
    expect(decodeJwt(tokens.access_token)).to.include({ aud: issuer, scope: 'openid email' })
  })

  it('section 2: what is nobody’s, or not for this client, is an invalid target, at /authorize, /par and /token', async () => {
    const { app, issuer, ann, tides, ours } = fixture()
    const foreign = await relyingParty(app, {
      firstParty: false,
      grants: ['authorization_code', 'client_credentials'],
    })
    const asked = async (client: RelyingParty, resource: string) => {
      const landing = await openBrowser().go((await client.begin({ resource })).url, {
        until: (url) => url.startsWith(client.redirectUri),
      })
      return new URL(landing.url).searchParams.get('error')
    }
    expect(await asked(ours, 'https://nobody.example/')).to.equal('invalid_target')
    expect(await asked(ours, `${tides.identifier}#part`)).to.equal('invalid_target')
    expect(await asked(ours, `${tides.identifier}deeper`)).to.equal('invalid_target')
    expect(await asked(foreign, tides.identifier)).to.equal('invalid_target')
    const pushed = await asClient(issuer, '/par', ours, {
      ...(await parametersOf(ours)),
      resource: 'https://nobody.example/',
    })
    expect([pushed.status, pushed.body.error]).to.deep.equal([400, 'invalid_target'])
    const machine = await asClient(issuer, '/token', foreign, {
      grant_type: 'client_credentials',
      resource: tides.identifier,
    })
    expect([machine.status, machine.body.error]).to.deep.equal([400, 'invalid_target'])
    expect(await refusal(signIn(ours, ann, { redeem: [tides.identifier] }))).to.equal('invalid_target')
  })

  it('works for pushed requests (RFC 9126)', async () => {
    const { issuer, ann, tides, ours } = fixture()
    const begun = await ours.begin()
    const pushed = await asClient(issuer, '/par', ours, {
      ...Object.fromEntries(new URL(begun.url).searchParams),
      scope: 'openid read',
      resource: tides.identifier,
    })
    expect(pushed.status).to.equal(201)
    const url = `${issuer}/authorize?${new URLSearchParams({
      client_id: ours.clientId,
      request_uri: String(pushed.body.request_uri),
    }).toString()}`
    const landing = await signInAt(openBrowser(), url, ours.redirectUri, ann)
    const { access_token } = await ours.finish(begun, landing.url)
    expect(decodeJwt(access_token)).to.include({ aud: tides.identifier, scope: 'read' })
  })

  it('gives a client no scope that its list at the API, or its own, has not (AZ-10)', async () => {
    const { app, issuer, ann } = fixture()
    const limited = await relyingParty(app, { scopes: ['openid', 'read'] })
    const listed = await relyingParty(app, {
      firstParty: false,
      grants: ['authorization_code', 'client_credentials'],
    })
    const api = await registeredApi(app, {
      open_to: 'first-party',
      clients: [{ client_id: listed.clientId, scopes: ['write'] }],
    })
    const resource = [api.identifier]
    expect(
      decodeJwt((await signIn(limited, ann, { scope: 'openid read', resource })).access_token).scope,
    ).to.equal('read')
    const denied = [
      [limited, 'openid read write'],
      [listed, 'openid read'],
    ] as const
    for (const [client, scope] of denied) {
      const url = new URL((await client.begin({ scope, resource: api.identifier })).url)
      const landing = await openBrowser().go(url.href, {
        until: (next) => next.startsWith(client.redirectUri),
      })
      expect(new URL(landing.url).searchParams.get('error'), scope).to.equal('invalid_scope')
    }
    for (const [scope, status, answer] of [
      ['write', 200, 'write'],
      ['read', 400, 'invalid_scope'],
      ['write admin', 400, 'invalid_scope'],
      ['openid', 400, 'invalid_scope'],
    ] as const) {
      const reply = await asClient(issuer, '/token', listed, {
        grant_type: 'client_credentials',
        resource: api.identifier,
        scope,
      })
      expect([reply.status, reply.body.error ?? reply.body.scope], scope).to.deep.equal([status, answer])
    }
  })

  it('client credentials: a token for the API, and none where only a person could agree', async () => {
    const { app, tides } = fixture()
    const own = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const foreign = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      firstParty: false,
    })
    const open = await registeredApi(app, { open_to: 'all' })
    const { access_token } = await openid.clientCredentialsGrant(own.configuration, {
      resource: tides.identifier,
      scope: 'read',
    })
    expect(decodeJwt(access_token)).to.include({ aud: tides.identifier, scope: 'read', sub: own.clientId })
    expect(
      await refusal(openid.clientCredentialsGrant(foreign.configuration, { resource: open.identifier })),
    ).to.equal('invalid_target')
    const two = new URLSearchParams([
      ['resource', tides.identifier],
      ['resource', open.identifier],
    ])
    expect(await refusal(openid.clientCredentialsGrant(own.configuration, two))).to.equal('invalid_target')
  })

  it('what is taken from a client is gone at its next refresh, and with the API itself', async () => {
    const { app, ann } = fixture()
    const client = await relyingParty(app, { firstParty: false })
    const api = await registeredApi(app, { open_to: 'listed', clients: [{ client_id: client.clientId }] })
    const tokens = await signIn(client, ann, { resource: [api.identifier] })
    const narrower = await changeApi(app, bySystem, api.id, {
      revision: api.revision,
      clients: [{ client_id: client.clientId, scopes: ['read'] }],
    })
    await eventually(
      async () => (await app.apis.byIdentifier(api.identifier))?.revision === narrower.revision,
    )
    const next = await client.refresh(String(tokens.refresh_token))
    expect(decodeJwt(next.access_token).scope).to.equal('read')
    const closed = await changeApi(app, bySystem, api.id, { revision: narrower.revision, clients: [] })
    await eventually(async () => (await app.apis.byIdentifier(api.identifier))?.revision === closed.revision)
    expect(await refusal(client.refresh(String(next.refresh_token)))).to.equal('invalid_target')
    await deleteApi(app, bySystem, api.id)
    await eventually(async () => (await app.apis.byIdentifier(api.identifier)) === null)
    expect(await refusal(client.refresh(String(next.refresh_token)))).to.equal('invalid_target')
  })

  it('opens nothing of ours with a token for somebody else’s API', async () => {
    const { issuer, ann, tides, ours } = fixture()
    const opaque = await registeredApi(fixture().app, { token_format: 'opaque' })
    for (const resource of [[tides.identifier], [opaque.identifier]]) {
      const { access_token } = await signIn(ours, ann, { resource })
      for (const path of ['/userinfo', '/users/me'])
        expect((await get(issuer + path, bearer(access_token))).status, `${path} ${resource[0]}`).to.equal(
          401,
        )
    }
  })

  it('answers a flood of resources fast, whatever they are (DO-03)', async () => {
    const { app, issuer } = fixture()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    for (let n = 0; n < 1400; n++) form.append('resource', `https://${n}.example/`)
    const from = performance.now()
    const reply = await fetch(`${issuer}/token`, { method: 'POST', body: form, headers: basic(machine) })
    expect(await reply.json()).to.include({ error: 'invalid_target' })
    expect(performance.now() - from).to.be.below(1000)
  })
})

async function parametersOf(client: RelyingParty): Promise<Record<string, string>> {
  const begun: Begun = await client.begin()
  return Object.fromEntries(new URL(begun.url).searchParams)
}
