import { expect } from 'chai'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { callingClient } from '../../../src/features/authentication/native/calling-client.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { anonymous } from '../../../src/platform/http/index.ts'
import { asClient, introspect, opens, refresh, pause } from '../../oidc/tokens/requests.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { type NativeApp, nativeApp, postJson, problem, refusal, tokensOf } from './app.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  phone: NativeApp
}

const fixtureOf = async ({ app, issuer }: { app: Gatehouse; issuer: string }): Promise<Fixture> => ({
  app,
  issuer,
  ann: await person(app),
  phone: await nativeApp(app),
})

describe('signing in to one of our own applications', () => {
  const fixture = sharedStage<Fixture>(fixtureOf)

  it('gives what the provider gives, and says what stands in it', async () => {
    const { issuer, ann, phone } = fixture()

    const reply = await phone.login(ann)

    expect(reply.status).to.equal(200)
    expect(reply.headers.get('cache-control')).to.equal('no-store')
    expect(reply.body).to.have.all.keys(
      ...[
        'access_token',
        'token_type',
        'expires_in',
        'refresh_token',
        'refresh_expires_in',
        'id_token',
        'scope',
      ],
      ...['kid', 'issued_at', 'session_id', 'device_token'],
    )
    const tokens = tokensOf(reply)
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const access = await jwtVerify(tokens.access_token, keys, { issuer, audience: issuer, typ: 'at+jwt' })
    const id = await jwtVerify(tokens.id_token, keys, { issuer, audience: phone.clientId })
    const proven = { sub: ann.id, acr: 'urn:gatehouse:acr:password', sid: tokens.session_id }
    expect(access.payload).to.include({
      ...proven,
      client_id: phone.clientId,
      role: 'user',
      scope: tokens.scope,
    })
    expect(id.payload).to.include({ ...proven, email: ann.email, auth_time: access.payload.auth_time })
    expect([access.payload.amr, id.payload.amr]).to.deep.equal([['pwd'], ['pwd']])
    expect(tokens).to.include({
      token_type: 'Bearer',
      scope: 'openid profile email',
      kid: decodeProtectedHeader(tokens.access_token).kid,
      issued_at: access.payload.iat,
      expires_in: Number(access.payload.exp) - Number(access.payload.iat),
      refresh_expires_in: 14 * 24 * 3600,
    })
    expect(Buffer.from(tokens.refresh_token, 'base64url').length).to.equal(32)
  })

  it('gives tokens that are good wherever tokens of the provider are', async () => {
    const { app, issuer, ann } = fixture()
    const confidential = await nativeApp(app, { authentication: 'secret' })
    const tokens = await confidential.signedIn(ann)

    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    for (const token of [tokens.access_token, tokens.refresh_token])
      expect((await introspect(issuer, confidential, token)).body).to.include({ active: true, sub: ann.id })
    const next = await refresh(issuer, confidential, tokens.refresh_token)
    expect(next.status).to.equal(200)
    expect(decodeJwt(String(next.body.access_token))).to.include({ sid: tokens.session_id, sub: ann.id })
    const form = { token: String(next.body.refresh_token) }
    expect((await asClient(issuer, '/revoke', confidential, form)).status).to.equal(200)
    expect((await refresh(issuer, confidential, next.body.refresh_token)).body.error).to.equal(
      'invalid_grant',
    )
    expect(await opens(issuer, tokens.access_token)).to.equal(false)
  })

  it('takes e-mail address or username, in one of three names and any spelling (LG-05)', async () => {
    const { ann, phone } = fixture()
    const { password, email, username } = ann
    const names = [
      { login: email },
      { login: username },
      { email },
      { username },
      { login: email.toUpperCase() },
      { username: username.toUpperCase() },
      { login: fullwidth(username) },
    ]
    for (const name of names)
      expect((await phone.send('/auth/login', { ...name, password })).status, JSON.stringify(name)).to.equal(
        200,
      )
    for (const name of [{}, { login: email, email }, { email, username }, { login: email, username }]) {
      const reply = await phone.send('/auth/login', { ...name, password })
      expect(refusal(reply), JSON.stringify(name)).to.deep.equal(problem(400, 'invalid_input'))
      expect(reply.body.errors).to.deep.include({
        field: 'login',
        detail: 'send one of login, email and username',
      })
    }
  })

  it('gives the scopes asked for that the client may have, and no ID token without openid (AZ-10)', async () => {
    const { app, ann, phone } = fixture()
    expect((await phone.signedIn(ann, { scope: 'openid email' })).scope).to.equal('openid email')
    const strange = await phone.signedIn(ann, { scope: 'openid admin urn:x email' })
    expect([strange.scope, decodeJwt(strange.access_token).scope]).to.deep.equal([
      'openid email',
      'openid email',
    ])
    expect(await phone.signedIn(ann, { scope: 'profile' })).not.to.have.property('id_token')
    expect((await phone.signedIn(ann, { scope: 'openid offline_access' })).scope).to.equal(
      'openid offline_access',
    )

    const limited = await nativeApp(app, { scopes: ['openid', 'email'], offlineAccess: 'refused' })
    expect((await limited.signedIn(ann)).scope).to.equal('openid email')
    const begun = () => app.db('audit_records').where({ action: 'sign_in.succeeded', target_id: ann.id })
    const before = (await begun()).length
    const refused = await limited.login(ann, { scope: 'openid profile' })
    expect(await begun(), 'a sign-in that gives nothing is none').to.have.lengthOf(before)
    expect(refusal(refused)).to.deep.equal(problem(400, 'invalid_scope'))
    expect(refused.body.error).to.equal('invalid_scope')
    expect((await limited.signedIn(ann, { scope: 'openid offline_access' })).scope).to.equal('openid')
  })

  it('gives no refresh token to a client that is not registered for it', async () => {
    const { app, ann } = fixture()
    const brief = await nativeApp(app, { grants: ['authorization_code'] })
    const reply = await brief.login(ann)
    expect(reply.status).to.equal(200)
    expect(reply.body).not.to.have.any.keys('refresh_token', 'refresh_expires_in')
  })

  it('begins a session of its own each time, as the tables of sessions and the audit tell', async () => {
    const { app, ann, phone } = fixture()
    const agent = `sample/${ann.username}`
    const reply = await phone.send(
      '/auth/login',
      { login: ann.email, password: ann.password },
      { 'user-agent': agent },
    )
    const another = await phone.signedIn(ann)
    const { session_id: sid } = tokensOf(reply)

    expect(another.session_id).not.to.equal(sid)
    const atClient = await app.db('client_sessions').where({ sid }).first<Record<string, string>>()
    expect(atClient).to.include({
      user_id: ann.id,
      client_id: phone.clientId,
      offline: false,
      ended_at: null,
    })
    const session = await app
      .db('sessions')
      .where({ uid: atClient.session_uid })
      .first<Record<string, string>>()
    expect(session).to.include({ user_id: ann.id, user_agent: agent, ended_at: null })
    expect(await app.db('oidc_payloads').where({ uid: atClient.session_uid })).to.deep.equal([])
    const requestId = reply.headers.get('x-request-id')
    const records = await app
      .db('audit_records')
      .where({ request_id: requestId })
      .select('action', 'user_agent')
    expect(records.map(({ action }: { action: string }) => action).sort()).to.deep.equal([
      'device.added',
      'session.started',
      'sign_in.succeeded',
      'token.issued',
    ])
    const events = await app.db('outbox_events').where({ type: 'auth.session.started', subject: ann.id })
    expect(JSON.stringify(events)).to.include(String(atClient.session_uid))
  })
})

describe('a sign-in that is refused', () => {
  const fixture = sharedStage<Fixture>(fixtureOf)

  it('says one and the same, to the byte, about whoever it is (LG-01, FAIL-LOGIN)', async () => {
    const { app, ann, phone } = fixture()
    const [locked, disabled, deleted] = [await person(app), await person(app), await person(app)]
    await setUserStatus(app, bySystem, locked.id, 'locked', 'test')
    await setUserStatus(app, bySystem, disabled.id, 'disabled', 'test')
    await setUserStatus(app, bySystem, deleted.id, 'deleted', 'test')
    const pending = await person(app)
    await app.db('users').where({ id: pending.id }).update({ status: 'pending' })
    const wrong = 'not the password at all'

    const replies = [
      await phone.login({ email: 'nobody@example.com', password: wrong }),
      await phone.login({ email: 'no name at all !', password: wrong }),
      await phone.login({ email: 'x\u0000y', password: wrong }),
      await phone.login({ ...ann, password: wrong }),
      await phone.login({ ...ann, password: `${ann.password} ` }),
      await phone.login(locked),
      await phone.login(deleted),
      await phone.login({ ...locked, password: wrong }),
      await phone.login({ ...disabled, password: wrong }),
      await phone.login({ ...pending, password: wrong }),
    ]

    const [first] = replies
    expect(first && refusal(first)).to.deep.equal(problem(401, 'wrong_credentials'))
    for (const { status, text, headers } of replies) {
      expect([status, text]).to.deep.equal([401, first?.text])
      expect([...headers.keys()]).to.deep.equal([...(first?.headers.keys() ?? [])])
      expect(headers.get('content-type')).to.include('application/problem+json')
      expect(headers.get('x-request-id')).to.have.lengthOf(16)
    }
    expect(refusal(await phone.login(disabled))).to.deep.equal(problem(403, 'account_disabled'))
    expect(refusal(await phone.login(pending))).to.deep.equal(problem(403, 'email_unverified'))
  })

  it('names what is wrong with the request, reads nothing else into it, and never fails (RG-02, PW-03, MA-02)', async () => {
    const { issuer, ann, phone } = fixture()
    const good = { client_id: phone.clientId, login: ann.email, password: ann.password }
    const wrong: [string, unknown][] = [
      ['login', [ann.email, 'attacker@example.com']],
      ['login', 1],
      ['login', null],
      ['login', {}],
      ['login', 'x'.repeat(10_240)],
      ['password', [ann.password]],
      ['password', true],
      ['password', ''],
      ['password', 'x'.repeat(10_240)],
      ['client_id', [phone.clientId]],
      ['client_id', 'x'.repeat(10_240)],
      ['scope', ['openid']],
      ['scope', 'openid  email'],
      ['scope', 'x'.repeat(10_240)],
      ['role', 'root_admin'],
      ['sub', ann.id],
      ['auth_time', 1],
      ['__proto__x', 1],
      ['grant_type', 'password'],
    ]
    for (const [field, value] of wrong) {
      const reply = await postJson(`${issuer}/auth/login`, { ...good, [field]: value })
      expect(refusal(reply), field).to.deep.equal(problem(400, 'invalid_input'))
      expect((reply.body.errors as { field: string }[])[0]?.field, field).to.equal(field)
      expect(reply.text, field).not.to.include(ann.password)
    }
  })

  it('is refused as JSON only, each name once, and in no other spelling of its path (LG-08)', async () => {
    const { issuer, ann, phone } = fixture()
    const good = { client_id: phone.clientId, login: ann.email, password: ann.password }
    const text = JSON.stringify(good)
    const send = (body: string, type = 'application/json', target = '/auth/login') =>
      rawRequest(issuer, { method: 'POST', target, headers: { 'content-type': type }, body })

    expect((await send(text)).status).to.equal(200)
    const form = new URLSearchParams(good).toString()
    expect((await send(form, 'application/x-www-form-urlencoded')).status).to.equal(415)
    expect((await send(text, 'text/plain')).status).to.equal(415)
    expect((await send('{')).status).to.equal(400)
    expect((await send('[]')).status).to.equal(400)
    expect((await send('"x"')).status).to.equal(400)
    expect((await send('')).status).to.equal(400)
    expect((await send(`${text.slice(0, -1)},"__proto__":{"role":"x"}}`)).status).to.equal(400)
    for (const twice of ['"login":"attacker@example.com"', '"lo\\u0067in":"attacker@example.com"']) {
      const reply = await send(`${text.slice(0, -1)},${twice}}`)
      expect(reply.status).to.equal(400)
      expect(reply.body).to.include('"field":"login"')
    }
    const spellings = ['//auth/login', '/auth/login/', '/AUTH/login', '/auth/Login', '/auth/./login']
    for (const target of [
      ...spellings,
      '/auth%2flogin',
      '/auth/login;x',
      '/auth/login%00',
      '/auth/x/../login',
    ])
      expect((await send(text, 'application/json', target)).status, target).to.equal(404)
    expect((await fetch(`${issuer}/auth/login`)).status).to.equal(405)
  })
})

describe('the applications that may ask for passwords', () => {
  const fixture = sharedStage<Fixture>(fixtureOf)

  it('are our own, and prove it when they have a secret (CA-01, CA-04)', async () => {
    const { app, issuer, ann, phone } = fixture()
    const server = await nativeApp(app, { authentication: 'secret' })
    const id = server.clientId
    const secret = server.secret ?? ''
    const person = { login: ann.email, password: ann.password }
    const send = (body: object, headers = {}) =>
      postJson(`${issuer}/auth/login`, { ...person, ...body }, headers)
    const basic = (user: string, password: string) => ({
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(user)}:${encodeURIComponent(password)}`).toString('base64')}`,
    })

    expect((await send({ client_id: id, client_secret: secret })).status).to.equal(200)
    expect((await send({}, basic(id, secret))).status).to.equal(200)
    expect((await send({ client_id: id }, basic(id, secret))).status).to.equal(200)
    const unproven = [
      await send({ client_id: id }),
      await send({ client_id: id, client_secret: 'wrong' }),
      await send({ client_id: 'gh_AAAAAAAAAAAAAAAAAAAAAA', client_secret: 'wrong' }),
      await send({ client_id: 'nobody' }),
      await send({ client_id: ann.id }),
      await send({ client_id: phone.clientId, client_secret: 'x' }),
    ]
    for (const reply of unproven) {
      expect(refusal(reply)).to.deep.equal(problem(401, 'invalid_client'))
      expect(reply.body.error).to.equal('invalid_client')
    }
    const wrongBasic = await send({}, basic(id, 'wrong'))
    expect(refusal(wrongBasic)).to.deep.equal(problem(401, 'invalid_client'))
    expect(wrongBasic.headers.get('www-authenticate')).to.match(/^Basic /)
    const ambiguous = [
      await send({}),
      await send({ client_id: id, client_secret: secret }, basic(id, secret)),
      await send({ client_id: phone.clientId }, basic(id, secret)),
      await send({}, { authorization: 'Basic %%%' }),
      await send({}, { authorization: `Basic ${Buffer.from('a%zz:b').toString('base64')}` }),
    ]
    for (const reply of ambiguous) expect(refusal(reply)).to.deep.equal(problem(400, 'client_ambiguous'))
  })

  it('are nobody else’s, whoever is asked about, and of ours none that signs nobody in', async () => {
    const { app, ann } = fixture()
    const foreign = [
      await nativeApp(app, { firstParty: false }),
      await nativeApp(app, { firstParty: false, authentication: 'secret' }),
      await nativeApp(app, { authentication: 'secret', grants: ['client_credentials'], redirectUris: [] }),
    ]
    for (const client of foreign) {
      for (const whom of [ann, { email: 'nobody@example.com', password: 'x' }])
        expect(refusal(await client.login(whom))).to.deep.equal(problem(403, 'not_first_party'))
      const more = { email: 'new@example.com', password: 'a quiet harbour at dawn' }
      expect(refusal(await client.send('/auth/register', more))).to.deep.equal(
        problem(403, 'not_first_party'),
      )
      expect(refusal(await client.refresh('x'))).to.deep.equal(problem(403, 'not_first_party'))
    }
  })

  it('get at a person’s account by a token of their own, not of other people’s applications', async () => {
    const { app, ann, phone } = fixture()
    const foreign = await relyingParty(app, { firstParty: false })
    const { tokens } = await foreign.signIn(ann)
    for (const path of ['/auth/logout', '/auth/logout-all', '/auth/password/change']) {
      const change = { current_password: ann.password, new_password: 'a quiet harbour at dawn' }
      const reply = await phone.as(tokens.access_token, path, path.endsWith('change') ? change : {})
      expect(refusal(reply), path).to.deep.equal(problem(403, 'not_first_party'))
    }
  })

  it('are written down when they do not prove who they are', async () => {
    const { app, phone } = fixture()
    const reply = await phone.send('/auth/login', { client_secret: 'wrong', login: 'x', password: 'x' })
    const requestId = reply.headers.get('x-request-id')
    const records = await app.db('audit_records').where({ request_id: requestId })
    expect(records).to.have.lengthOf(1)
    expect(records[0]).to.include({ action: 'client.authentication_failed', target_id: phone.clientId })
  })
})

describe('signing in while all sessions are ended', () => {
  it('begins nothing: the proof is from before', async () => {
    const { app, clock } = await stage()
    const ann = await person(app)
    const phone = await nativeApp(app)
    const endedBefore = new Date(clock.now().getTime() + 60_000)
    await app.db('session_epochs').insert({ user_id: ann.id, ended_before: endedBefore })

    expect(refusal(await phone.login(ann))).to.deep.equal(problem(409, 'sign_in_overtaken'))

    expect(await app.db('client_sessions')).to.deep.equal([])
    expect(await app.db('oidc_payloads')).to.deep.equal([])
    clock.advance(61)
    expect((await phone.login(ann)).status).to.equal(200)
  })
})

describe('what a sign-in writes', () => {
  it('is written with its tokens or not at all, and without it nobody gets any (LA-05, F20)', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const phone = await nativeApp(app)
    await app.db.raw(`
      create function test_refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
      create trigger test_refuse before insert on client_sessions for each row execute function test_refuse();`)

    const reply = await phone.login(ann)

    expect(refusal(reply)).to.deep.equal(problem(500, 'internal'))
    expect(reply.text).not.to.include('eyJ')
    for (const table of ['sessions', 'client_sessions', 'oidc_payloads'])
      expect(await app.db(table), table).to.deep.equal([])
    expect(await app.db('audit_records').where({ action: 'token.issued' })).to.deep.equal([])
    await app.db.raw('drop trigger test_refuse on client_sessions')
    expect((await phone.login(ann)).status).to.equal(200)
  })
})

describe('floods of sign-ins', () => {
  it('of applications that do not exist fill no audit log', async () => {
    const { app } = await stage()
    const call = (n: number) =>
      callingClient(app, anonymous({ requestId: 'test', ip: `10.0.${n}.1`, userAgent: '' }), {
        authorization: '',
        body: { client_id: `nobody-${n}` },
      }).catch((error: unknown) => error)
    for (let n = 0; n < 120; n++) expect(await call(n)).to.include({ code: 'invalid_client' })
    const records = await app
      .db('audit_records')
      .where({ action: 'client.authentication_failed' })
      .select<{ details: unknown }[]>('details')
    expect(records).to.have.lengthOf(100)
    expect(records.map(({ details }) => details)).to.deep.include({ furtherOnesRecorded: false })
  })

  it('get 429 with the time to come back, alike for people that are there and that are not', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const phone = await nativeApp(app)
    const guess = (email: string) => phone.login({ email, password: 'not the password at all' })
    for (const email of [ann.email, 'nobody@example.com']) {
      for (let failed = 0; failed < 5; failed++)
        expect(refusal(await guess(email))).to.deep.equal(problem(401, 'wrong_credentials'))
      const reply = await guess(email)
      expect(refusal(reply)).to.deep.equal(problem(429, 'too_many_attempts'))
      expect(reply.headers.get('retry-after'), email).to.match(/^[12]$/)
    }
  })

  it('of people who prove their password are let through, 50 at once, each with a session of their own', async function () {
    this.timeout(30_000)
    const place = await stage()
    const { origin } = await place.replica()
    const ann = await person(place.app)
    const phone = await nativeApp(place.app)

    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        phone.signedIn(ann, {}, index % 2 === 0 ? origin : place.issuer),
      ),
    )

    expect(new Set(all.map(({ session_id: sid }) => sid)).size).to.equal(50)
    expect(new Set(all.map(({ refresh_token: token }) => token)).size).to.equal(50)
    expect(await place.app.db('client_sessions').whereNull('ended_at')).to.have.lengthOf(50)
  })

  it('register where that is open to all, and nowhere else (RG-12)', async () => {
    const { app } = await stage()
    const phone = await nativeApp(app)
    for (const mode of ['closed', 'invitation'] as const) {
      await changeSetting(app, bySystem, 'registration.mode', mode)
      await pause(300) // until the process has heard of it
      const body = { email: 'bob@example.com', password: 'a quiet harbour at dawn' }
      expect(refusal(await phone.send('/auth/register', body))).to.deep.equal(
        problem(403, 'registration_closed'),
      )
    }
    expect(await app.db('users')).to.deep.equal([])
  })
})

const fullwidth = (text: string): string =>
  text.replace(/[a-z0-9]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
