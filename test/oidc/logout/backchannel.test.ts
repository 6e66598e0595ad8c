import { expect } from 'chai'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'

import {
  endClientOfUser,
  endSessionsOfUser,
  findSession,
  signOutAtClient,
} from '../../../src/features/sessions/index.ts'
import type { Gatehouse } from '../../../src/app.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { withdrawConsent } from '../../../src/features/consents/index.ts'
import { deleteClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { answering, logoutReceiver } from '../../support/logout-receiver.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { bearer, get, introspect, refresh } from '../tokens/requests.ts'
import { deliveriesTo, hearing, nobody, refusalOf, sidOf, signOut, toThisMachine, until } from './support.ts'

/** As a person does on the page of their connected applications. */
const disconnect = (app: Gatehouse, which: { userId: string; clientId: string }): Promise<void> =>
  withdrawConsent(app, bySystem, which, async (tx, at) => {
    await endClientOfUser(tx, at, which)
  })

const event = 'http://schemas.openid.net/event/backchannel-logout'

describe('OpenID Connect Back-Channel Logout 1.0', () => {
  const shared = sharedStage(undefined, { variables: toThisMachine, worker: true })

  it('section 2.1: discovery says that it is there, with sessions', async () => {
    const { issuer } = shared()
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body).to.include({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
  })

  it('section 2.4: the logout token has type, events, sid and sub, is short-lived, and is no ID token (LO-06)', async () => {
    const { app, issuer } = shared()
    const receiver = await logoutReceiver('/backchannel?tenant=a%20b')
    const client = await hearing(app, receiver)
    const ann = await person(app)
    const { browser, tokens } = await client.signIn(ann)
    await signOut(issuer, browser)
    await until(() => receiver.received.length === 1)

    const [received] = receiver.received
    expect(received).to.include({
      method: 'POST',
      path: '/backchannel?tenant=a%20b',
      contentType: 'application/x-www-form-urlencoded',
    })
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(received?.token ?? '', keys, {
      issuer,
      audience: client.clientId,
      typ: 'logout+jwt',
      algorithms: ['RS256'], // as its ID tokens
    })
    expect(protectedHeader.alg).to.equal(decodeProtectedHeader(tokens.id_token ?? '').alg)
    const { sub, sid } = decodeJwt(tokens.id_token ?? '')
    expect(payload).to.include({ sub, sid })
    expect(payload.events).to.deep.equal({ [event]: {} })
    expect(payload).not.to.have.property('nonce')
    expect(payload.jti).to.be.a('string').with.length.above(20)
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).to.be.within(1, 120)
  })

  it('section 2.6: it is signed as the client’s ID tokens are', async () => {
    const { app, issuer } = shared()
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver, { idTokenAlgorithm: 'EdDSA' })
    const { browser } = await client.signIn(await person(app))
    await signOut(issuer, browser)
    await until(() => receiver.received.length === 1)
    expect(decodeProtectedHeader(receiver.received[0]?.token ?? '').alg).to.equal('EdDSA')
  })

  it('section 2.4: a pairwise client hears the sub it knows, and never the usual one', async () => {
    const { app, issuer } = shared()
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver, { subjectType: 'pairwise' })
    const ann = await person(app)
    const usual = await (await relyingParty(app)).signIn(ann)
    const { browser, tokens } = await client.signIn(ann)
    await signOut(issuer, browser)
    await until(() => receiver.received.length === 1)
    const told = decodeJwt(receiver.received[0]?.token ?? '').sub
    expect(told).to.equal(decodeJwt(tokens.id_token ?? '').sub)
    expect(told).not.to.equal(decodeJwt(usual.tokens.id_token ?? '').sub)
  })

  it('section 2.5: the session is dead before the first delivery goes out', async () => {
    const { app, issuer } = shared()
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver)
    const { browser, tokens } = await client.signIn(await person(app))
    const seen: unknown[] = []
    receiver.answer = async (_request, response) => {
      const [active, refreshed, userinfo, session] = await Promise.all([
        introspect(issuer, client, tokens.access_token),
        refresh(issuer, client, tokens.refresh_token),
        get(`${issuer}/userinfo`, bearer(tokens.access_token)),
        findSession(app.db, sidOf(tokens)),
      ])
      seen.push(active.body.active, refreshed.body.error, userinfo.status, session?.endedAt === null)
      response.writeHead(204).end()
    }
    await signOut(issuer, browser)
    await until(() => seen.length > 0)
    expect(seen).to.deep.equal([false, 'invalid_grant', 401, false])
  })

  it('section 2.5: every client of the session is told, each of its own sid, and no client of another session', async () => {
    const { app, issuer } = shared()
    const [one, two, other] = [await logoutReceiver(), await logoutReceiver(), await logoutReceiver()]
    const ann = await person(app)
    const first = await hearing(app, one)
    const { browser, tokens } = await first.signIn(ann)
    const atSecond = await (await hearing(app, two)).signIn(nobody, { browser })
    await (await hearing(app, other)).signIn(ann) // in another browser
    const silent = await relyingParty(app)
    await silent.signIn(nobody, { browser })
    await signOut(issuer, browser)
    await until(() => one.received.length + two.received.length === 2)
    expect(decodeJwt(one.received[0]?.token ?? '').sid).to.equal(tokens.claims()?.sid)
    expect(decodeJwt(two.received[0]?.token ?? '').sid).to.equal(atSecond.tokens.claims()?.sid)
    expect(tokens.claims()?.sid).not.to.equal(atSecond.tokens.claims()?.sid)
    expect(other.received).to.have.lengthOf(0)
    expect(await deliveriesTo(app, silent.clientId)).to.have.lengthOf(0)
  })

  it('section 2.7: a client with offline access hears of the sign-out too, once however often it is ended', async () => {
    const { app, issuer } = shared()
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver)
    const ann = await person(app)
    const { browser, tokens } = await client.signIn(ann, {
      parameters: { scope: 'openid offline_access', prompt: 'consent' },
    })
    await signOut(issuer, browser)
    await until(() => receiver.received.length === 1)
    expect((await refresh(issuer, client, tokens.refresh_token)).status, 'offline access lives').to.equal(200)
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    await transaction(app.db, (tx) => signOutAtClient(tx, app.clock.now(), bySystem, sidOf(tokens)))
    const second = await client.signIn(ann)
    await signOut(issuer, second.browser) // comes after the others in the queue of this person
    await until(() => receiver.received.length === 2)
    expect(receiver.received.map(({ token }) => decodeJwt(token).sid)).to.deep.equal([
      tokens.claims()?.sid,
      second.tokens.claims()?.sid,
    ])
  })

  const ends: Record<
    string,
    (app: Gatehouse, who: { userId: string; clientId: string }) => Promise<unknown>
  > = {
    'sign out everywhere': (app, { userId }) =>
      transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, userId, 'ended_by_owner')),
    'a password reset': (app, { userId }) =>
      transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, userId, 'password_reset')),
    'an account that is disabled': (app, { userId }) =>
      setUserStatus(app, bySystem, userId, 'disabled', 'a test'),
    'an account that is deleted': (app, { userId }) =>
      setUserStatus(app, bySystem, userId, 'deleted', 'a test'),
    'a connection that is withdrawn': (app, { userId, clientId }) => disconnect(app, { userId, clientId }),
  }
  for (const [cause, end] of Object.entries(ends))
    it(`section 2.5: the client is told of ${cause}, by the sub that it knows`, async () => {
      const { app } = shared()
      const receiver = await logoutReceiver()
      const client = await hearing(app, receiver, { firstParty: false })
      const ann = await person(app)
      const { tokens } = await client.signIn(ann)
      await end(app, { userId: ann.id, clientId: client.clientId })
      await until(() => receiver.received.length === 1)
      const { sub, sid } = decodeJwt(receiver.received[0]?.token ?? '')
      expect([sub, sid]).to.deep.equal([tokens.claims()?.sub, tokens.claims()?.sid])
    })

  it('section 2.5: a client is told that a refresh token of its came back used, since its sid is dead for good', async () => {
    const { app, issuer } = shared()
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver)
    const { tokens } = await client.signIn(await person(app))
    const next = await refresh(issuer, client, tokens.refresh_token)
    await refresh(issuer, client, next.body.refresh_token) // the successor was used: now the first is a replay
    const replay = await refresh(issuer, client, tokens.refresh_token)
    expect(replay.body.error).to.equal('invalid_grant')
    await until(() => receiver.received.length === 1)
    expect(decodeJwt(receiver.received[0]?.token ?? '').sid).to.equal(tokens.claims()?.sid)
  })

  it('section 2.8: 204 is a yes; 400 is recorded and tried three times at most; what is answered is not kept', async () => {
    const { app, issuer, clock } = await stage({ variables: toThisMachine, worker: true })
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver)
    receiver.answer = answering(400, { 'content-type': 'application/json' }, '{"error":"very-own-words"}')
    const { browser } = await client.signIn(await person(app))
    await signOut(issuer, browser)
    for (const attempts of [1, 2, 3]) {
      await until(async () => (await deliveriesTo(app, client.clientId))[0]?.attempts === attempts)
      await until(async () => (await deliveriesTo(app, client.clientId))[0]?.refusals === attempts)
      clock.advance(3600)
    }
    const [row] = await deliveriesTo(app, client.clientId)
    expect(row).to.include({
      state: 'refused',
      attempts: 3,
      last_result: 'refused',
      last_status: 400,
      last_bytes: 26,
    })
    expect(JSON.stringify(await app.db('deliveries'))).not.to.include('very-own-words')
    const jtis = receiver.received.map(({ token }) => decodeJwt(token).jti)
    expect(new Set(jtis).size).to.equal(3)
  })

  it('a redirect is not followed, and retried as a failure (LO-06)', async () => {
    const { app, issuer } = shared()
    const [receiver, elsewhere] = [await logoutReceiver(), await logoutReceiver()]
    const client = await hearing(app, receiver)
    for (const status of [302, 307, 308]) {
      receiver.answer = answering(status, { location: elsewhere.uri })
      const { browser } = await client.signIn(await person(app))
      await signOut(issuer, browser)
    }
    await until(
      async () =>
        (await deliveriesTo(app, client.clientId)).filter((row) => row.last_result === 'redirect').length ===
        3,
    )
    expect(elsewhere.received).to.have.lengthOf(0)
    expect((await deliveriesTo(app, client.clientId)).map(({ state }) => state)).to.deep.equal([
      'waiting',
      'waiting',
      'waiting',
    ])
  })

  it('an answer that never comes, or never ends, is given up after seconds', async () => {
    const { app, issuer } = shared()
    const [silent, endless] = [await logoutReceiver(), await logoutReceiver()]
    silent.answer = () => undefined
    endless.answer = (_request, response) => {
      response.writeHead(503).write('x')
    }
    const [one, two] = [await hearing(app, silent), await hearing(app, endless)]
    const { browser } = await one.signIn(await person(app))
    await two.signIn(nobody, { browser })
    await signOut(issuer, browser)
    await until(async () => (await deliveriesTo(app, one.clientId))[0]?.last_result === 'timeout')
    await until(async () => (await deliveriesTo(app, two.clientId))[0]?.last_status === 503)
    const [row] = await deliveriesTo(app, two.clientId)
    expect(row).to.include({ state: 'waiting', last_result: 'status', last_bytes: null })
  })

  it('a client that was deleted meanwhile is told nothing, and its delivery is dropped', async () => {
    const { app, issuer, clock } = await stage({ variables: toThisMachine, worker: true })
    const receiver = await logoutReceiver()
    receiver.answer = answering(500)
    const client = await hearing(app, receiver)
    const { browser } = await client.signIn(await person(app))
    await signOut(issuer, browser)
    await until(async () => (await deliveriesTo(app, client.clientId))[0]?.last_status === 500)
    await deleteClient(app, bySystem, client.clientId)
    clock.advance(3600)
    await until(async () => (await deliveriesTo(app, client.clientId))[0]?.state === 'dropped')
    expect(receiver.received).to.have.lengthOf(1)
  })

  it('an address of our own network is refused when it is registered, and again when it is called', async () => {
    const { app, issuer } = await stage({ worker: true }) // OUTBOUND_ALLOW names nothing
    const addresses = [
      'http://rp.example/logout',
      'https://127.0.0.1/logout',
      'https://localhost/logout',
      'https://10.0.0.1/logout',
      'https://169.254.169.254/latest',
      'https://rp.example:8443/logout',
      'https://u:p@rp.example/logout',
      'https://rp.example/logout#x',
      'ftp://rp.example/logout',
      'javascript:alert(1)',
      '/logout',
    ]
    for (const uri of addresses) {
      const refused = await refusalOf(relyingParty(app, { backchannelLogout: { uri } }))
      expect(refused, uri).to.equal('invalid_client_metadata')
    }
    const receiver = await logoutReceiver()
    const client = await relyingParty(app)
    await app
      .db('clients')
      .where({ id: client.clientId })
      .update({
        metadata: app.db.raw(`metadata || jsonb_build_object('backchannel_logout_uri', ?::text)`, [
          receiver.uri,
        ]),
      })
    await app.db.raw(`select pg_notify('gatehouse', ?)`, [
      JSON.stringify({ topic: 'clients', message: { id: client.clientId } }),
    ])
    const { browser } = await client.signIn(await person(app))
    await signOut(issuer, browser)
    await until(async () => (await deliveriesTo(app, client.clientId))[0]?.last_result === 'forbidden')
    expect(receiver.received).to.have.lengthOf(0)
  })
})
