import { expect } from 'chai'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as openid from 'openid-client'

import { cibaGrant, createClient } from '../../../src/features/clients/index.ts'
import type { Gatehouse } from '../../../src/app.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { keepSecret } from '../../support/canary.ts'
import { linkIn, mailsTo } from '../../support/mailbox.ts'
import { person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { visitor } from '../../portal/support.ts'
import { get, introspect, opens, post } from '../tokens/requests.ts'
import { ask, asked, decides, poll, said, till } from './support.ts'

describe('OpenID Connect CIBA Core 1.0: poll', () => {
  const shared = sharedStage()

  it('section 4: discovery says what works, and no more', async () => {
    const { issuer } = shared()
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body).to.deep.include({
      backchannel_authentication_endpoint: `${issuer}/ciba`,
      backchannel_token_delivery_modes_supported: ['poll', 'ping'],
      backchannel_user_code_parameter_supported: false,
    })
    expect(body.grant_types_supported).to.include('urn:openid:params:grant-type:ciba')
    expect(body.backchannel_authentication_request_signing_alg_values_supported).to.include('ES256')
  })

  it('sections 7 to 10: an application asks, the person approves on the page of their account, openid-client gets the tokens', async () => {
    const { app, issuer } = shared()
    const ann = await person(app)
    const client = await till(app)
    const response = await openid.initiateBackchannelAuthentication(client.configuration, {
      scope: 'openid email offline_access',
      login_hint: ann.email.toUpperCase(),
      binding_message: 'Till 4, W4-19X',
    })
    expect(response.expires_in).to.equal(600)
    expect(response.interval).to.equal(5)
    expect(said(await poll(issuer, client, response.auth_req_id))).to.deep.equal([
      400,
      'authorization_pending',
    ])

    const [mail] = await mailsTo(app, ann.email)
    expect(mail?.letter).to.equal('authentication-requested')
    expect(mail && linkIn(mail)).to.equal(`${issuer}/account/requests`)
    const before = Math.floor(Date.now() / 1000)
    const at = await visitor(shared(), { as: ann, path: '/account/requests' })
    const page = await at.go('/account/requests')
    expect(page.html).to.include('Harbour Till').and.to.include('Till 4, W4-19X').and.to.include('127.0.0.1')
    expect(page.html).to.include('See your email address')
    await decides(shared(), ann, 'approve', { visitor: at })

    const tokens = await openid.pollBackchannelAuthenticationGrant(client.configuration, {
      ...response,
      interval: 0,
    })
    const claims = claimsOf(tokens)
    expect(claims.acr).to.equal('urn:gatehouse:acr:password')
    expect(claims.amr).to.deep.equal(['pwd'])
    expect(claims.auth_time).to.be.within(before, before + 30)
    expect(claims.email).to.equal(ann.email)
    expect(claims).not.to.have.property('urn:openid:params:jwt:claim:auth_req_id') // of push alone (section 10.3.1)
    const access = decodeJwt(tokens.access_token)
    expect(access).to.deep.include({
      sub: claims.sub,
      client_id: client.clientId,
      acr: claims.acr,
      amr: claims.amr,
      auth_time: claims.auth_time,
      sid: claims.sid,
    })
    expect(String(access.scope).split(' ')).to.have.members(['openid', 'email', 'offline_access'])
    const userinfo = await openid.fetchUserInfo(client.configuration, tokens.access_token, claims.sub)
    expect(userinfo.email).to.equal(ann.email)
    expect((await introspect(issuer, client, tokens.access_token)).body.active).to.equal(true)
    const next = await client.refresh(tokens.refresh_token ?? '')
    expect(decodeJwt(next.access_token)).to.deep.include({ acr: claims.acr, sid: claims.sid })
  })

  it('section 11: access_denied when the person says no, as often as it is asked', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const id = await asked(issuer, client, ann)
    await decides(shared(), ann, 'deny')
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'access_denied'])
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'access_denied'])
  })

  it('section 11: invalid_grant for another client’s request, an unknown one, and one that was redeemed', async () => {
    const { app, issuer } = shared()
    const [ann, client, other] = [await person(app), await till(app), await till(app)]
    const id = await asked(issuer, client, ann)
    await decides(shared(), ann, 'approve')
    expect(said(await poll(issuer, other, id))).to.deep.equal([400, 'invalid_grant'])
    expect(said(await poll(issuer, client, 'x'.repeat(43)))).to.deep.equal([400, 'invalid_grant'])
    const first = await poll(issuer, client, id)
    expect(said(first)).to.deep.equal([200, 'tokens'])
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'invalid_grant'])
    expect(await opens(issuer, first.body.access_token), 'a process that asks twice ends nothing').to.equal(
      true,
    )
  })

  it('section 10.1: of fifty questions at the same moment one gets tokens, and they are good (DV-02)', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const id = await asked(issuer, client, ann)
    await decides(shared(), ann, 'approve')
    const answers = await Promise.all(Array.from({ length: 50 }, () => poll(issuer, client, id)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).to.have.lengthOf(1)
    expect(
      new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error)),
    ).to.deep.equal(new Set(['invalid_grant']))
    expect(await opens(issuer, won[0]?.body.access_token)).to.equal(true)
  })

  it('gives no refresh token without offline_access: no session of a browser is there to end it', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const id = await asked(issuer, client, ann)
    await decides(shared(), ann, 'approve')
    const { body } = await poll(issuer, client, id)
    expect(body).to.have.property('id_token')
    expect(body).not.to.have.property('refresh_token')
  })

  it('section 7.1: a client proves itself by private_key_jwt, for the issuer or either endpoint; an assertion is good once (CA-05)', async () => {
    const { app, issuer } = shared()
    const { clientId, assertion } = await signing(app)
    const ask = async (login_hint: string, proof: Record<string, string>) =>
      post(`${issuer}/ciba`, { scope: 'openid', login_hint, ...proof })
    for (const audience of [issuer, `${issuer}/token`, `${issuer}/ciba`]) {
      const ann = await person(app)
      const proof = await assertion(audience)
      const answer = await ask(ann.email, proof)
      expect(answer.status, audience).to.equal(200)
      expect(said(await ask(ann.email, proof))).to.deep.equal([401, 'invalid_client'])
      expect(await app.db('backchannel_requests').where({ user_id: ann.id }), 'heard once').to.have.lengthOf(
        1,
      )
      await decides(shared(), ann, 'approve')
      const grant = { grant_type: cibaGrant, auth_req_id: String(answer.body.auth_req_id) }
      const tokens = await post(`${issuer}/token`, { ...grant, ...(await assertion(issuer)) })
      keepSecret(String(tokens.body.access_token), String(tokens.body.id_token))
      expect(said(tokens)).to.deep.equal([200, 'tokens'])
      expect(decodeJwt(String(tokens.body.access_token)).client_id).to.equal(clientId)
    }
    expect(said(await ask('x@example.com', await assertion('https://other.example')))).to.deep.equal([
      401,
      'invalid_client',
    ])
  })

  it('section 7.1: another API than the person’s own data cannot be asked for', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    for (const resource of ['https://api.example', `${issuer}/`])
      expect(said(await ask(issuer, client, { login_hint: ann.email, resource }))).to.deep.equal([
        400,
        'invalid_target',
      ])
    expect((await ask(issuer, client, { login_hint: ann.email, resource: issuer })).status).to.equal(200)
  })

  it('section 7.1: id_token_hint names the person, at the client it was issued to', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const first = await asked(issuer, client, ann)
    await decides(shared(), ann, 'approve')
    const { body } = await poll(issuer, client, first)
    const again = await ask(issuer, client, { id_token_hint: String(body.id_token) })
    expect(again.status).to.equal(200)
    const other = await ask(issuer, await till(app), { id_token_hint: String(body.id_token) })
    expect(said(other), 'issued to somebody else').to.deep.equal([400, 'invalid_request'])
  })
})

function claimsOf(tokens: openid.TokenEndpointResponseHelpers): openid.IDToken {
  const claims = tokens.claims()
  if (!claims) throw new Error('no ID token')
  return claims
}

/** A client that authenticates by signing. */
async function signing(app: Gatehouse) {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const { crv, x, y } = await exportJWK(publicKey)
  const authentication = { jwks: { keys: [{ kty: 'EC' as const, crv, x, y, alg: 'ES256', kid: 'one' }] } }
  const { client } = await createClient(app, bySystem, { name: 'Till', grants: [cibaGrant], authentication })
  const assertion = async (audience: string) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({ jti: randomToken() })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(client.id)
      .setSubject(client.id)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey),
  })
  return { clientId: client.id, assertion }
}
