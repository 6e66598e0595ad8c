import { expect } from 'chai'
import { decodeJwt, exportJWK, generateKeyPair } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { linkIdentity, setUserStatus } from '../../../src/features/accounts/index.ts'
import { disableClient } from '../../../src/features/clients/index.ts'
import { endSessionsOfUser } from '../../../src/features/sessions/index.ts'
import { addIssuer, removeIssuer } from '../../../src/features/issuers/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { newId } from '../../../src/platform/crypto/index.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { besideProviders, provider } from '../../federation/upstream-providers.ts'
import { startUpstream, type Upstream } from '../../support/upstream/index.ts'
import { exchange, service, shipping } from '../token-exchange/support.ts'
import { encode, forge } from '../tokens/forge.ts'
import { asClient, bearer, eventually, get, introspect, signer } from '../tokens/requests.ts'
import { bearerGrant, bring, bringer, type Foreign, foreignIssuer, trust } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  replica: string
  client: RelyingParty
  foreign: Foreign
}

describe('RFC 7523, section 2.1: assertions as grants', function () {
  this.timeout(20_000)
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const fixture = sharedStage<Fixture>(async (stage) => {
    const { app, issuer } = stage
    const client = await bringer(app)
    const foreign = await foreignIssuer(app)
    await trust(app, foreign, { clients: [client.clientId] })
    return { app, issuer, client, foreign, replica: (await stage.replica()).origin }
  }, besideProviders)

  it('gives an access token for whom the assertion names, and no other token', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const { status, body } = await bring(issuer, client, await foreign.sign(ann.id))

    expect(status, JSON.stringify(body)).to.equal(200)
    expect(body).to.include({ token_type: 'Bearer', scope: 'openid email' })
    expect(body).not.to.have.any.keys('refresh_token', 'id_token')
    const claims = decodeJwt(String(body.access_token))
    expect(claims).to.include({
      iss: issuer,
      sub: ann.id,
      aud: issuer,
      client_id: client.clientId,
      role: 'user',
      scope: 'openid email',
    })
    expect(claims).not.to.have.any.keys('sid', 'acr', 'amr', 'auth_time', 'act')
  })

  it('gives the least role whoever it is, and nothing at our own API', async () => {
    const { app, issuer, client, foreign } = fixture()
    const root = await person(app, { role: 'root_admin' })
    const { body } = await bring(issuer, client, await foreign.sign(root.id))
    const token = bearer(String(body.access_token))
    expect(decodeJwt(String(body.access_token)).role).to.equal('user')
    expect((await get(`${issuer}/userinfo`, token)).body).to.include({ sub: root.id, email: root.email })
    for (const path of ['/users/me', '/admin/users'])
      expect((await get(issuer + path, token)).status, path).to.equal(401)
  })

  it('knows people by the account there that they have linked', async () => {
    const { app, issuer, client } = fixture()
    const foreign = await foreignIssuer(app)
    await trust(app, foreign, { clients: [client.clientId], subjectIs: 'identity' })
    const ann = await person(app)
    const google = { name: 'Google', ...(await provider(app, upstream, 'google')) }
    const link = {
      userId: ann.id,
      issuer: foreign.issuer,
      subject: 'ann-there',
      provider: google,
      label: 'ann',
    }
    await transaction(app.db, (tx) =>
      linkIdentity(tx, app.clock.now(), bySystem, { ...link, because: 'both_proven' }),
    )

    const known = await bring(issuer, client, await foreign.sign('ann-there'))
    const byOurs = await bring(issuer, client, await foreign.sign(ann.id))

    expect(decodeJwt(String(known.body.access_token)).sub).to.equal(ann.id)
    expect([byOurs.status, byOurs.body.error]).to.deep.equal([400, 'invalid_grant'])
  })

  it('takes the issuer and the token endpoint as audience, and no list of several', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const asked = async (aud: unknown) =>
      (await bring(issuer, client, await foreign.sign(ann.id, { aud }))).status
    expect(await asked(issuer)).to.equal(200)
    expect(await asked(`${issuer}/token`)).to.equal(200)
    expect(await asked([issuer])).to.equal(200)
    expect(await asked([issuer, 'https://other.example'])).to.equal(400)
  })

  /** What spoils an assertion that is otherwise good. */
  const now = () => Math.floor(Date.now() / 1000)
  const spoiled: [what: string, claims: () => Record<string, unknown>, header?: Record<string, unknown>][] = [
    ['no iss', () => ({ iss: undefined })],
    ['an issuer that is not trusted', () => ({ iss: 'https://stranger.example' })],
    ['ourselves as issuer', () => ({ iss: fixture().issuer })],
    ['the client as issuer', () => ({ iss: fixture().client.clientId })],
    ['iss that is no text', () => ({ iss: 7 })],
    ['iss with a NUL', () => ({ iss: 'https://a\u0000' })],
    ['no sub', () => ({ sub: undefined })],
    ['sub of nobody', () => ({ sub: 'nobody' })],
    ['sub with a NUL', () => ({ sub: 'a\u0000' })],
    ['no aud', () => ({ aud: undefined })],
    ['aud of another server', () => ({ aud: 'https://other.example' })],
    ['aud of another endpoint', () => ({ aud: `${fixture().issuer}/userinfo` })],
    ['no exp', () => ({ exp: undefined })],
    ['exp in the past', () => ({ exp: now() - 10 })],
    ['exp a moment ago', () => ({ exp: now() - 1 })],
    ['exp too far ahead', () => ({ exp: now() + 400 })],
    ['a life that is too long, for most of it gone', () => ({ iat: now() - 1000, exp: now() + 100 })],
    ['iat in the future', () => ({ iat: now() + 60 })],
    ['nbf in the future', () => ({ nbf: now() + 60 })],
    ['no jti', () => ({ jti: undefined })],
    ['a jti without end', () => ({ jti: 'j'.repeat(300) })],
    ['an unknown kid', () => ({}), { kid: 'two' }],
    ['the type of an access token', () => ({}), { typ: 'at+jwt' }],
  ]
  for (const [what, claims, header] of spoiled) {
    it(`section 3: refuses ${what} (CA-06)`, async () => {
      const { app, issuer, client, foreign } = fixture()
      const ann = await person(app)
      const { status, body } = await bring(issuer, client, await foreign.sign(ann.id, claims(), header))
      expect([status, body.error]).to.deep.equal([400, 'invalid_grant'])
      expect(body.error_description).to.equal('grant request is invalid')
    })
  }

  it('section 3: refuses what is not signed, or signed with what is public (RFC 8725, section 3.1; CA-06)', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const good = await foreign.sign(ann.id)
    const [, payload = '', signature = ''] = good.split('.')
    const stranger = await generateKeyPair('ES256')
    const secret = Buffer.from(JSON.stringify(await exportJWK(foreign.keys.publicKey)))
    const assertions: Record<string, string> = {
      'alg none': `${encode({ alg: 'none', kid: 'one' })}.${payload}.`,
      'alg none with a signature': `${encode({ alg: 'none', kid: 'one' })}.${payload}.AAAA`,
      HS256: await foreign.sign(ann.id, {}, { alg: 'HS256' }, secret),
      'a key of a stranger': await foreign.sign(ann.id, {}, {}, stranger.privateKey),
      'a key that it brings': await foreign.sign(
        ann.id,
        {},
        { jwk: await exportJWK(stranger.publicKey) },
        stranger.privateKey,
      ),
      'our own key': await forge(app, decodeJwt(good), { header: { typ: 'JWT' } }),
      'another payload': `${good.split('.')[0] ?? ''}.${encode({ ...decodeJwt(good), sub: 'root' })}.${signature}`,
      nonsense: 'x',
      'nothing in it': 'e30.e30.AAAA',
    }
    for (const [what, assertion] of Object.entries(assertions)) {
      const { status, body } = await bring(issuer, client, assertion)
      expect([status, body.error], what).to.deep.equal([400, 'invalid_grant'])
    }
    expect((await bring(issuer, client, good)).status, 'the good one').to.equal(200)
  })

  it('is good for one use: of fifty at once one, and none later', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const assertion = await foreign.sign(ann.id)

    const replies = await Promise.all(Array.from({ length: 50 }, () => bring(issuer, client, assertion)))

    const given = replies.filter(({ status }) => status === 200)
    expect(given).to.have.lengthOf(1)
    for (const { status, body } of replies)
      if (status !== 200) expect(body).to.deep.include({ error: 'invalid_grant' })
    expect((await bring(issuer, client, assertion)).body).to.deep.equal({
      error: 'invalid_grant',
      error_description: 'an assertion may be used once',
    })
  })

  it('leaves the assertion that proves the client used, when the other is a replay', async () => {
    const { app, issuer, foreign: other } = fixture()
    const { authentication, assertion: prove } = await signer(app)
    const machine = await bringer(app, { authentication })
    const foreign = await foreignIssuer(app)
    await trust(app, foreign, { clients: [machine.clientId] })
    expect(other.issuer).not.to.equal(foreign.issuer)
    const ann = await person(app)
    const assertion = await foreign.sign(ann.id)
    const form = { grant_type: bearerGrant, assertion, client_id: machine.clientId }
    const send = (proof: Record<string, string>) =>
      asClient(issuer, '/token', { ...machine, secret: null }, { ...form, ...proof })
    expect((await send(await prove(machine.clientId))).status).to.equal(200)
    const proof = await prove(machine.clientId)

    expect((await send(proof)).body.error).to.equal('invalid_grant')
    const fresh = { ...proof, assertion: await foreign.sign(ann.id) }
    expect((await send(fresh)).body.error).to.equal('invalid_client')
  })

  it('is refused to another client, a public one, and one that is not registered for it', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const other = await bringer(app)
    const web = await relyingParty(app)
    const assertion = await foreign.sign(ann.id)
    expect((await bring(issuer, other, assertion)).body.error).to.equal('invalid_grant')
    expect((await bring(issuer, web, assertion)).body.error).to.equal('invalid_request')
    expect((await bring(issuer, { ...client, secret: 'wrong' }, assertion)).body.error).to.equal(
      'invalid_client',
    )
    const asPublic = bringer(app, { authentication: 'none' })
    expect(await asPublic.catch((error: unknown) => error)).to.include({ code: 'invalid_client_metadata' })
    expect((await asClient(issuer, '/token', client, { grant_type: bearerGrant })).body.error).to.equal(
      'invalid_request',
    )
    expect((await bring(issuer, client, assertion)).status).to.equal(200)
  })

  it('gives no scope beyond the issuer’s and the client’s, and no other audience', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const ask = async (more: Record<string, string>) =>
      (await bring(issuer, client, await foreign.sign(ann.id), more)).body
    for (const scope of ['profile', 'openid profile', 'offline_access', 'admin'])
      expect((await ask({ scope })).error, scope).to.equal('invalid_scope')
    expect((await ask({ scope: 'openid' })).scope).to.equal('openid')
    expect((await ask({ resource: 'https://shipping.example' })).error).to.equal('invalid_target')
    expect(await ask({ resource: issuer })).to.have.property('access_token')
    const limited = await bringer(app, { scopes: ['email'] })
    const strict = await foreignIssuer(app)
    await trust(app, strict, { clients: [limited.clientId] })
    expect((await bring(issuer, limited, await strict.sign(ann.id))).body.scope).to.equal('email')
  })

  it('gives a token that does not outlive the assertion', async () => {
    const { app, issuer, client, foreign } = fixture()
    const ann = await person(app)
    const exp = now() + 30
    const { body } = await bring(issuer, client, await foreign.sign(ann.id, { exp }))
    expect(decodeJwt(String(body.access_token)).exp).to.equal(exp)
  })

  describe('its token', () => {
    const endings: Record<
      string,
      (made: { app: Gatehouse; id: string; client: RelyingParty }) => Promise<unknown>
    > = {
      'the person is disabled': ({ app, id }) => setUserStatus(app, bySystem, id, 'disabled', 'test'),
      'all their sessions are ended': ({ app, id }) =>
        transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, id, 'ended_by_owner')),
      'the client is disabled': ({ app, client }) => disableClient(app, bySystem, client.clientId),
    }
    for (const [what, end] of Object.entries(endings)) {
      it(`dies at once when ${what}, and is exchanged for nothing (JW-12)`, async () => {
        const { app, issuer, replica } = fixture()
        const client = await bringer(app)
        const foreign = await foreignIssuer(app)
        await trust(app, foreign, { clients: [client.clientId] })
        const ann = await person(app)
        const next = await service(app, { exchangeFrom: [client.clientId], exchangeTo: [shipping, issuer] })
        const observer = await relyingParty(app, { audiences: [issuer] })
        const token = (await bring(issuer, client, await foreign.sign(ann.id))).body.access_token
        const further = await exchange(issuer, next, token, { audience: issuer })
        expect(further.status).to.equal(200)
        const tokens = [token, further.body.access_token]
        const alive = async () =>
          Promise.all(
            [issuer, replica].flatMap((origin) =>
              tokens.flatMap((one) => [
                get(`${origin}/userinfo`, bearer(String(one))).then(({ status }) => status === 200),
                introspect(origin, observer, one).then(({ body }) => body.active === true),
              ]),
            ),
          )
        expect(await alive()).not.to.include(false)

        await end({ app, id: ann.id, client })

        expect(await eventually(async () => !(await alive()).includes(true))).to.be.below(1_000)
        expect((await exchange(issuer, next, token, { audience: issuer })).status).to.equal(400)
      })
    }
  })

  it('is taken no more once its issuer was removed', async () => {
    const { app, issuer, client } = fixture()
    const foreign = await foreignIssuer(app)
    await trust(app, foreign, { clients: [client.clientId] })
    const ann = await person(app)
    expect((await bring(issuer, client, await foreign.sign(ann.id))).status).to.equal(200)
    await removeIssuer(app, bySystem, foreign.issuer)
    expect((await bring(issuer, client, await foreign.sign(ann.id))).body.error).to.equal('invalid_grant')
  })

  it('never gives anything for a disabled person, and says who was issued what in the audit', async () => {
    const { app, issuer, client, foreign } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    await setUserStatus(app, bySystem, bob.id, 'disabled', 'test')
    expect((await bring(issuer, client, await foreign.sign(bob.id))).body.error).to.equal('invalid_grant')
    const jti = newId(app.clock.now())
    await bring(issuer, client, await foreign.sign(ann.id, { jti }))
    const [record] = await app
      .db('audit_records')
      .select<{ details: Record<string, unknown> }[]>('details')
      .where({ action: 'token.issued', actor_id: client.clientId, target_id: ann.id })
    expect(record?.details).to.include({ assertion_issuer: foreign.issuer, jti })
  })

  it('stands in discovery', async () => {
    const { body } = await get(`${fixture().issuer}/.well-known/openid-configuration`)
    expect(body.grant_types_supported).to.include(bearerGrant)
  })

  it('does not trust ourselves, clients that do not exist, or two ways to keys', async () => {
    const { app, client } = fixture()
    const foreign = await foreignIssuer(app)
    const given = { issuer: foreign.issuer, jwks: foreign.jwks, clients: [client.clientId] }
    const wrong = [
      { ...given, issuer: app.config.issuer },
      { ...given, clients: [`gh_${'A'.repeat(22)}`] },
      { ...given, clients: [] },
      { ...given, jwksUri: 'https://keys.example/jwks' },
      { issuer: foreign.issuer, clients: [client.clientId] },
      { ...given, jwks: { keys: [{ kty: 'oct', k: 'AAAA' } as never] } },
      { ...given, scopes: ['offline_access'] },
      { ...given, maxLifetimeSeconds: 86_400 },
      { issuer: foreign.issuer, clients: [client.clientId], jwksUri: 'https://10.0.0.1/jwks' },
    ]
    for (const one of wrong) {
      const refused = await addIssuer(app, bySystem, one).catch((error: unknown) => error)
      expect(refused, JSON.stringify(one)).to.include({ code: 'issuer_invalid' })
    }
    await addIssuer(app, bySystem, given)
    expect(await addIssuer(app, bySystem, given).catch((error: unknown) => error)).to.include({
      code: 'issuer_exists',
    })
  })
})
