import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { claimsOf, encode, forge } from '../tokens/forge.ts'
import { asClient, basic, bearer, eventually, get, introspect, post } from '../tokens/requests.ts'
import { exchange, exchangeGrant, service, shipping, signedIn, typeOf } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  /** Where people sign in. */
  web: RelyingParty
  /** What the web calls, and what calls the next one. */
  orders: RelyingParty
  /** May leave out that it acts. */
  trusted: RelyingParty
  /** Takes what `orders` got, and what is meant for shipping. */
  depot: RelyingParty
}

const shippingService = 'https://shipping.example'

describe('RFC 8693: token exchange', function () {
  this.timeout(20_000)
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const web = await relyingParty(app)
    const orders = await service(app, {
      exchangeFrom: [web.clientId, 'self'],
      exchangeTo: [shipping, issuer],
      grants: [exchangeGrant, 'client_credentials'],
    })
    const trusted = await service(app, {
      exchangeFrom: [web.clientId, orders.clientId],
      exchangeTo: [shipping],
      exchangeImpersonation: true,
    })
    const depot = await service(app, {
      exchangeFrom: [shipping, 'self'],
      exchangeTo: [shipping, 'https://archive.example'],
      audiences: [shipping],
    })
    return { app, issuer, web, orders, trusted, depot }
  })

  it('section 2: gives a service a token to call the next one with, by openid-client', async () => {
    const { app, issuer, web, orders } = fixture()
    const { ann, tokens } = await signedIn(app, web)

    const given = await openid.genericGrantRequest(orders.configuration, exchangeGrant, {
      subject_token: tokens.access_token,
      subject_token_type: typeOf.access,
      audience: shipping,
      scope: 'openid email',
    })

    expect(given).to.include({
      token_type: 'bearer',
      issued_token_type: typeOf.access,
      scope: 'openid email',
    })
    expect(given).not.to.have.any.keys('refresh_token', 'id_token')
    const before = decodeJwt(tokens.access_token)
    const claims = decodeJwt(given.access_token)
    expect(decodeProtectedHeader(given.access_token)).to.include({ typ: 'at+jwt', alg: 'ES256' })
    expect(claims).to.include({
      iss: issuer,
      sub: ann.id,
      aud: shipping,
      client_id: orders.clientId,
      scope: 'openid email',
      sid: before.sid,
      acr: before.acr,
      auth_time: before.auth_time,
      role: 'user',
    })
    expect(claims.amr).to.deep.equal(before.amr)
    expect(claims.act).to.deep.equal({ sub: orders.clientId, client_id: orders.clientId })
    expect(claims.exp).to.be.at.most(before.exp ?? 0)
    expect(claims.jti).not.to.equal(before.jti)
  })

  it('section 1.1: says that the client acts, unless it may impersonate', async () => {
    const { app, issuer, web, orders, trusted } = fixture()
    const { tokens } = await signedIn(app, web)
    const delegated = await exchange(issuer, orders, tokens.access_token, { audience: shipping })
    const impersonated = await exchange(issuer, trusted, tokens.access_token)

    expect(decodeJwt(String(delegated.body.access_token))).to.have.property('act')
    expect(decodeJwt(String(impersonated.body.access_token))).not.to.have.property('act')
    expect(impersonated.body.issued_token_type).to.equal(typeOf.access)
  })

  it('section 4.1: keeps all who acted before, also when one impersonates', async () => {
    const { app, issuer, web, orders, trusted, depot } = fixture()
    const { tokens } = await signedIn(app, web)
    const first = await exchange(issuer, orders, tokens.access_token, { audience: shipping })
    const second = await exchange(issuer, depot, first.body.access_token, {
      audience: 'https://archive.example',
    })
    const hidden = await exchange(issuer, trusted, first.body.access_token, { audience: shipping })

    const [one, other] = [orders, depot].map(({ clientId }) => ({ sub: clientId, client_id: clientId }))
    expect(decodeJwt(String(second.body.access_token)).act).to.deep.equal({ ...other, act: one })
    expect(decodeJwt(String(hidden.body.access_token)).act).to.deep.equal(one)
  })

  it('section 2.1: takes an actor token: of the client itself, or of somebody who signed in there', async () => {
    const { app, issuer, web, orders } = fixture()
    const { tokens } = await signedIn(app, web)
    const own = await asClient(issuer, '/token', orders, { grant_type: 'client_credentials' })
    const support = await signedIn(app, web)

    const byClient = await exchange(issuer, orders, tokens.access_token, {
      audience: shipping,
      actor_token: String(own.body.access_token),
      actor_token_type: typeOf.access,
    })
    const byPerson = await exchange(issuer, orders, tokens.access_token, {
      audience: shipping,
      actor_token: support.tokens.access_token,
      actor_token_type: typeOf.jwt,
    })

    const { sid } = decodeJwt(support.tokens.access_token)
    expect(decodeJwt(String(byClient.body.access_token)).act).to.deep.equal({
      sub: orders.clientId,
      client_id: orders.clientId,
    })
    expect(decodeJwt(String(byPerson.body.access_token)).act).to.deep.equal({
      sub: support.ann.id,
      client_id: web.clientId,
      sid,
    })
  })

  it('section 3: takes an ID token that the client got itself; it is good for `openid`', async () => {
    const { app, issuer } = fixture()
    const portal = await relyingParty(app, {
      grants: ['authorization_code', 'refresh_token', exchangeGrant],
      exchangeFrom: ['self'],
      exchangeTo: [shipping],
      firstParty: true,
    })
    const { ann, tokens } = await signedIn(app, portal)
    for (const subject_token_type of [typeOf.id, typeOf.jwt]) {
      const { status, body } = await exchange(issuer, portal, tokens.id_token, { subject_token_type })
      expect(status, JSON.stringify(body)).to.equal(200)
      expect(decodeJwt(String(body.access_token))).to.include({ sub: ann.id, scope: 'openid', aud: shipping })
    }
    const other = await signedIn(app, fixture().web)
    const { body } = await exchange(issuer, portal, other.tokens.id_token, { subject_token_type: typeOf.id })
    expect(body.error).to.equal('invalid_request')
    const wrongKind = await exchange(issuer, portal, tokens.id_token)
    expect(wrongKind.body.error).to.equal('invalid_request')
  })

  it('never outlives the token that was handed in, nor the actor’s', async () => {
    const { app, issuer, web, orders } = fixture()
    const { tokens } = await signedIn(app, web)
    const exp = Math.floor(app.clock.now().getTime() / 1000) + 20
    const short = await forge(app, claimsOf(tokens.access_token, { exp }))
    const own = await asClient(issuer, '/token', orders, { grant_type: 'client_credentials' })
    const actor = await forge(app, claimsOf(String(own.body.access_token), { exp: exp - 10 }))

    const { body } = await exchange(issuer, orders, short, { audience: shipping })
    const both = await exchange(issuer, orders, short, {
      audience: shipping,
      actor_token: actor,
      actor_token_type: typeOf.access,
    })

    expect(decodeJwt(String(body.access_token)).exp).to.equal(exp)
    expect(body.expires_in).to.be.at.most(20)
    expect(decodeJwt(String(both.body.access_token)).exp).to.equal(exp - 10)
  })

  it('section 4.4: honours `may_act`, and keeps it', async () => {
    const { app, issuer, web, orders, trusted } = fixture()
    const { tokens } = await signedIn(app, web)
    const restricted = await forge(app, claimsOf(tokens.access_token, { may_act: { sub: orders.clientId } }))

    const allowed = await exchange(issuer, orders, restricted, { audience: shipping })
    const refused = await exchange(issuer, trusted, restricted)

    expect(decodeJwt(String(allowed.body.access_token)).may_act).to.deep.equal({ sub: orders.clientId })
    expect([refused.status, refused.body.error]).to.deep.equal([400, 'invalid_request'])
  })

  describe('is refused', () => {
    const refusal = async (answer: ReturnType<typeof exchange>) => {
      const { status, body } = await answer
      expect(body).not.to.have.property('access_token')
      return `${status} ${String(body.error)}`
    }

    it('to a client whose registration does not say so, and to a public one', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web)
      const nothing = await service(app)
      const elsewhere = await service(app, { exchangeFrom: [orders.clientId], exchangeTo: [shipping] })
      const open = await relyingParty(app, { authentication: 'none' })

      expect(await refusal(exchange(issuer, nothing, tokens.access_token, { audience: shipping }))).to.equal(
        '400 invalid_request',
      )
      expect(await refusal(exchange(issuer, elsewhere, tokens.access_token))).to.equal('400 invalid_request')
      expect(await refusal(exchange(issuer, web, tokens.access_token))).to.equal('400 invalid_request')
      expect(await refusal(exchange(issuer, open, tokens.access_token))).to.equal('400 invalid_request')
      expect(await refusal(exchange(issuer, { ...orders, secret: 'wrong' }, tokens.access_token))).to.equal(
        '401 invalid_client',
      )
      const asPublic = relyingParty(app, {
        authentication: 'none',
        grants: ['authorization_code', exchangeGrant],
      })
      expect(await asPublic.catch((error: unknown) => error)).to.include({ code: 'invalid_client_metadata' })
    })

    it('for an audience that is not allowed, or more than one (RT-07)', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web)
      const ask = (more: Record<string, string>) =>
        refusal(exchange(issuer, orders, tokens.access_token, more))

      expect(await ask({ audience: 'https://payroll.example' })).to.equal('400 invalid_target')
      expect(await ask({ resource: 'https://shipping.example/' })).to.equal('400 invalid_target')
      expect(await ask({ audience: shipping, resource: issuer })).to.equal('400 invalid_target')
      expect(await ask({}), 'several are allowed and none is named').to.equal('400 invalid_request')
      const form = new URLSearchParams({
        grant_type: exchangeGrant,
        subject_token: tokens.access_token,
        subject_token_type: typeOf.access,
      })
      for (const resource of [shipping, issuer]) form.append('resource', resource)
      const reply = await fetch(`${issuer}/token`, { method: 'POST', body: form, headers: basic(orders) })
      expect([reply.status, ((await reply.json()) as { error: string }).error]).to.deep.equal([
        400,
        'invalid_target',
      ])
      const same = await exchange(issuer, orders, tokens.access_token, {
        audience: shipping,
        resource: shipping,
      })
      expect(same.status).to.equal(200)
    })

    it('for more scope than the token has, or than the client may have (AZ-10, RT-07)', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web, { scope: 'openid email' })
      const limited = await service(app, {
        exchangeFrom: [web.clientId],
        exchangeTo: [shipping],
        scopes: ['openid', 'profile'],
      })
      const ask = (client: RelyingParty, scope: string) =>
        exchange(issuer, client, tokens.access_token, { audience: shipping, scope })

      for (const scope of ['profile', 'openid profile', 'offline_access', 'admin', 'openid openid phone'])
        expect(await refusal(ask(orders, scope)), scope).to.equal('400 invalid_scope')
      expect(await refusal(ask(limited, 'email'))).to.equal('400 invalid_scope')
      const all = await exchange(issuer, limited, tokens.access_token)
      expect(all.body.scope).to.equal('openid')
      const narrow = await ask(orders, 'email')
      expect(narrow.body.scope).to.equal('email')
      const back = await exchange(issuer, orders, narrow.body.access_token, {
        audience: shipping,
        scope: 'openid',
      })
      expect(back.body.error, 'what was left out does not come back').to.equal('invalid_scope')
    })

    it('section 2.2.2: for a token that is not one of ours, and says no more than that (JW-06, JW-08)', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web)
      const { access_token: token } = tokens
      const [header = '', payload = '', signature = ''] = token.split('.')
      const now = Math.floor(app.clock.now().getTime() / 1000)
      const machine = await asClient(issuer, '/token', orders, { grant_type: 'client_credentials' })
      const bad: Record<string, string> = {
        'alg none': `${encode({ ...decodeProtectedHeader(token), alg: 'none' })}.${payload}.`,
        'alg none with a signature': `${encode({ ...decodeProtectedHeader(token), alg: 'none' })}.${payload}.AAAA`,
        HS256: `${encode({ ...decodeProtectedHeader(token), alg: 'HS256' })}.${payload}.${signature}`,
        'another issuer': await forge(app, claimsOf(token, { iss: 'https://other.example' })),
        expired: await forge(app, claimsOf(token, { exp: now - 10 })),
        'expired a moment ago': await forge(app, claimsOf(token, { exp: now - 1 })),
        'another type': await forge(app, claimsOf(token), { header: { typ: 'JWT' } }),
        'a changed payload': `${header}.${encode(claimsOf(token, { sub: 'root' }))}.${signature}`,
        'an unknown session': await forge(app, claimsOf(token, { sid: 'none' })),
        'of nobody': await forge(app, claimsOf(token, { sub: 'nobody' })),
        'of no person': String(machine.body.access_token),
        nonsense: 'x',
        'a JWE': 'a.b.c.d.e',
      }
      const words = new Set<unknown>()
      for (const [what, subject] of Object.entries(bad)) {
        const { status, body } = await exchange(issuer, orders, subject, { audience: shipping })
        expect([status, body.error], what).to.deep.equal([400, 'invalid_request'])
        words.add(body.error_description)
      }
      expect(words.size).to.equal(1)
    })

    it('for a token that is bound to a key, to whom it was not for: nobody showed them the key (RFC 9700, section 2.2.1)', async () => {
      const { app, issuer, web, orders, depot } = fixture()
      const { tokens } = await signedIn(app, web)
      const bound = (token: string, more: object = {}) =>
        forge(app, claimsOf(token, { cnf: { jkt: 'm'.repeat(43) }, ...more }))
      const stolen = await exchange(issuer, orders, await bound(tokens.access_token))
      expect([stolen.status, stolen.body.error]).to.deep.equal([400, 'invalid_request'])

      const forShipping = String(
        (await exchange(issuer, orders, tokens.access_token, { audience: shipping })).body.access_token,
      )
      const taken = await exchange(issuer, depot, await bound(forShipping), { audience: shipping })
      expect(taken.status, 'whom it is for').to.equal(200)
      const own = await bound(forShipping, { client_id: depot.clientId })
      const laundered = await exchange(issuer, depot, own, { audience: shipping })
      expect(laundered.status, 'a client’s own, of which it has the key').to.equal(400)
    })

    it('when something is missing, not supported, or of no use', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web)
      const requests: Record<string, string | undefined>[] = [
        { subject_token: undefined },
        { subject_token_type: undefined },
        { subject_token_type: typeOf.refresh },
        { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
        { subject_token_type: '__proto__' },
        { requested_token_type: typeOf.refresh },
        { requested_token_type: typeOf.id },
        { requested_token_type: typeOf.jwt },
        { actor_token: tokens.access_token },
        { actor_token_type: typeOf.access },
        { actor_token: 'x', actor_token_type: typeOf.access },
      ]
      for (const more of requests) {
        const answer = exchange(issuer, orders, tokens.access_token, { audience: shipping, ...more })
        expect(await refusal(answer), JSON.stringify(more)).to.equal('400 invalid_request')
      }
      const twice = `grant_type=${exchangeGrant}&subject_token=a&subject_token=b&subject_token_type=${typeOf.access}`
      const reply = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: twice,
        headers: { ...basic(orders), 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(reply.status).to.equal(400)
    })

    it('for an actor who is a stranger, was handed on, or is nobody’s sign-in', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web)
      const foreign = await relyingParty(app)
      const stranger = await signedIn(app, foreign)
      const handedOn = await exchange(issuer, orders, tokens.access_token, { audience: shipping })
      const sessionless = await forge(app, claimsOf(tokens.access_token, { sid: undefined }))
      for (const actor of [stranger.tokens.access_token, handedOn.body.access_token, sessionless]) {
        const answer = exchange(issuer, orders, tokens.access_token, {
          audience: shipping,
          actor_token: String(actor),
          actor_token_type: typeOf.access,
        })
        expect(await refusal(answer)).to.equal('400 invalid_request')
      }
    })

    it('at the end of a chain', async () => {
      const { app, issuer, web, orders, depot } = fixture()
      const { tokens } = await signedIn(app, web)
      let token: unknown = (await exchange(issuer, orders, tokens.access_token, { audience: shipping })).body
        .access_token
      for (const depth of [2, 3, 4]) {
        const { status, body } = await exchange(issuer, depot, token, { audience: shipping })
        expect(status, `link ${depth}`).to.equal(200)
        token = body.access_token
      }
      expect(await refusal(exchange(issuer, depot, token, { audience: shipping }))).to.equal(
        '400 invalid_request',
      )
    })
  })

  describe('the token', () => {
    it('is shown with who acts, to its client and its audience (RFC 7662)', async () => {
      const { app, issuer, web, orders, depot } = fixture()
      const { ann, tokens } = await signedIn(app, web)
      const { body } = await exchange(issuer, orders, tokens.access_token, { audience: shipping })
      for (const client of [orders, depot]) {
        const shown = await introspect(issuer, client, body.access_token)
        expect(shown.body).to.include({
          active: true,
          sub: ann.id,
          client_id: orders.clientId,
          aud: shippingService,
        })
        expect(shown.body.act).to.deep.equal({ sub: orders.clientId, client_id: orders.clientId })
      }
      expect((await introspect(issuer, web, body.access_token)).body).to.deep.equal({ active: false })
    })

    it('can be revoked by the client that got it, and by no other (RFC 7009)', async () => {
      const { app, issuer, web, orders } = fixture()
      const { tokens } = await signedIn(app, web)
      const { body } = await exchange(issuer, orders, tokens.access_token, { audience: shipping })
      const token = String(body.access_token)
      await asClient(issuer, '/revoke', web, { token })
      expect((await introspect(issuer, orders, token)).body.active).to.equal(true)
      expect((await asClient(issuer, '/revoke', orders, { token })).status).to.equal(200)
      await eventually(async () => (await introspect(issuer, orders, token)).body.active === false)
      expect((await introspect(issuer, web, tokens.access_token)).body.active).to.equal(true)
    })

    it('opens /userinfo where it is for the issuer and has `openid`, and nowhere else', async () => {
      const { app, issuer, web, orders } = fixture()
      const { ann, tokens } = await signedIn(app, web)
      const at = async (more: Record<string, string>) => {
        const { body } = await exchange(issuer, orders, tokens.access_token, more)
        return get(`${issuer}/userinfo`, bearer(String(body.access_token)))
      }
      const found = await at({ audience: issuer, scope: 'openid email' })
      expect(found.status).to.equal(200)
      expect(found.body).to.deep.equal({ sub: ann.id, email: ann.email, email_verified: true })
      expect((await at({ audience: issuer, scope: 'email' })).status).to.equal(403)
      expect((await at({ audience: shipping })).status).to.equal(401)
    })

    it('has at our own API no more rights than its scopes, even of an administrator, and names who acts', async () => {
      const { app, issuer, web, orders } = fixture()
      const root = await person(app, { role: 'root_admin' })
      const { tokens } = await web.signIn(root)
      expect((await get(`${issuer}/admin/users`, bearer(tokens.access_token))).status).to.equal(200)
      const { body } = await exchange(issuer, orders, tokens.access_token, {
        audience: issuer,
        scope: 'openid email',
      })
      const token = bearer(String(body.access_token))

      const me = await get(`${issuer}/users/me`, token)
      const admin = await get(`${issuer}/admin/users`, token)

      expect(me.status).to.equal(200)
      expect(me.body).to.deep.equal({ id: root.id, email: root.email, email_verified: true })
      expect(admin.status).to.equal(403)
      const records = await app
        .db('audit_records')
        .select<{ action: string; actor_type: string; actor_id: string; details: Record<string, unknown> }[]>(
          '*',
        )
        .where({ actor_id: orders.clientId })
        .whereIn('action', ['access.denied', 'token.exchanged'])
        .whereRaw(`(details ->> 'on_behalf_of' = ? or target_id = ?)`, [root.id, root.id])
      expect(records.map(({ action }) => action)).to.have.members(['token.exchanged', 'access.denied'])
      for (const { actor_type: type } of records) expect(type).to.equal('client')
      const exchanged = records.find(({ action }) => action === 'token.exchanged')
      expect(exchanged?.details).to.include({
        audience: issuer,
        subject_client: web.clientId,
        impersonation: false,
      })
    })

    it('changes nothing of the person’s, whatever it says', async () => {
      const { app, issuer, web } = fixture()
      const { tokens } = await signedIn(app, web)
      const ours = await service(app, {
        firstParty: true,
        exchangeFrom: [web.clientId],
        exchangeTo: [issuer],
        exchangeImpersonation: true,
      })
      const { body } = await exchange(issuer, ours, tokens.access_token)
      const headers = { ...bearer(String(body.access_token)), 'content-type': 'application/json' }
      const changed = await fetch(`${issuer}/users/me`, { method: 'PATCH', headers, body: '{"name":"Eve"}' })
      const ended = await post(`${issuer}/auth/logout-all`, {}, headers)
      expect(changed.status).to.equal(403)
      expect(ended.status).to.be.within(400, 499)
      expect((await get(`${issuer}/users/me`, bearer(tokens.access_token))).body.name).to.equal('Ann Example')
    })
  })

  it('stands in discovery, with no name that is a secret', async () => {
    const { issuer } = fixture()
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body.grant_types_supported).to.include(exchangeGrant)
    expect(JSON.stringify(body.grant_types_supported)).not.to.include('native')
  })
})
