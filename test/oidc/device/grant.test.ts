import { expect } from 'chai'
import { decodeJwt } from 'jose'
import * as openid from 'openid-client'

import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { disableClient } from '../../../src/features/clients/index.ts'
import { endSessionsOfUser } from '../../../src/features/sessions/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { discover, relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { eventually, opens, refresh } from '../tokens/requests.ts'
import { ask, askFor, deviceClient, deviceGrant, enter, letIn, poll, toConfirmation } from './device.ts'

describe('RFC 8628: device authorization grant', () => {
  const fixture = sharedStage()

  it('gives openid-client tokens like those of a sign-in by code, once the person has agreed', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app)
    const configuration = await discover(app, client.clientId, openid.None())
    const begun = await openid.initiateDeviceAuthorization(configuration, { scope: 'openid email' })

    const { landing } = await letIn(issuer, { userCode: begun.user_code }, ann)
    const tokens = await openid.pollDeviceAuthorizationGrant(configuration, { ...begun, interval: 0.01 })

    expect(landing.status).to.equal(200)
    expect(landing.html).to.include('Your device is signed in')
    expect(tokens.scope).to.equal('openid email')
    const access = decodeJwt(tokens.access_token)
    const identity = tokens.claims()
    expect(identity).to.include({ sub: ann.id, acr: 'urn:gatehouse:acr:password', email: ann.email })
    expect(access).to.include({ sub: ann.id, client_id: client.clientId, acr: 'urn:gatehouse:acr:password' })
    for (const name of ['sid', 'auth_time', 'amr'])
      expect(access[name], name).to.deep.equal(identity?.[name]).and.not.equal(undefined)
    const info = await openid.fetchUserInfo(configuration, tokens.access_token, ann.id)
    expect(info.email).to.equal(ann.email)
    const next = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    expect(decodeJwt(next.access_token)['sid']).to.equal(access['sid'])
  })

  it('section 3.1: is for clients that are registered for it alone, whatever else they may', async () => {
    const { app, issuer } = fixture()
    const others = [await relyingParty(app), await relyingParty(app, { authentication: 'none' })]
    for (const other of others) {
      const answer = await ask(issuer, other)
      expect([answer.status, answer.body.error]).to.deep.equal([400, 'invalid_request'])
      const redeemed = await poll(issuer, other, { deviceCode: 'x' })
      expect([redeemed.status, redeemed.body.error]).to.deep.equal([400, 'invalid_request'])
    }
    const stranger = await ask(issuer, { clientId: 'gh_nobody', secret: null })
    expect([stranger.status, stranger.body.error]).to.deep.equal([401, 'invalid_client'])
  })

  it('section 3.1: a confidential client proves itself', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app, { authentication: 'secret' })
    const wrong = await ask(issuer, { ...client, secret: 'wrong' })
    expect([wrong.status, wrong.body.error]).to.deep.equal([401, 'invalid_client'])
    const none = await ask(issuer, { ...client, secret: null })
    expect([none.status, none.body.error]).to.deep.equal([401, 'invalid_client'])
    expect((await ask(issuer, client)).status).to.equal(200)
  })

  it('section 3.2: answers codes, where to type them, how long they live and how often to ask', async () => {
    const { app, issuer } = fixture()
    const { answer } = await askFor(issuer, await deviceClient(app))
    const { body, headers } = answer
    expect(body).to.have.all.keys(
      ...['device_code', 'user_code', 'verification_uri', 'verification_uri_complete'],
      ...['expires_in', 'interval'],
    )
    expect(String(body.device_code)).to.match(/^[\w-]{43}$/)
    expect(String(body.user_code)).to.match(/^(?:[BCDFGHJKLMNPQRSTVWXZ]{3}-){2}[BCDFGHJKLMNPQRSTVWXZ]{3}$/)
    expect(body).to.include({ verification_uri: `${issuer}/device`, expires_in: 600, interval: 5 })
    expect(body.verification_uri_complete).to.equal(`${issuer}/device?user_code=${String(body.user_code)}`)
    expect(headers.get('cache-control')).to.equal('no-store')
  })

  it('section 4: discovery names the endpoint and the grant', async () => {
    const { issuer } = fixture()
    for (const document of ['openid-configuration', 'oauth-authorization-server']) {
      const reply = await fetch(`${issuer}/.well-known/${document}`)
      const metadata = (await reply.json()) as Record<string, unknown>
      expect(metadata.device_authorization_endpoint).to.equal(`${issuer}/device_authorization`)
      expect(metadata.grant_types_supported).to.include(deviceGrant)
    }
  })

  it('section 3.3: takes a code in small letters, with spaces or without dashes', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app)
    const browser = openBrowser()
    for (const write of [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ''),
      (code: string) => ` ${code.replaceAll('-', '  ').toLowerCase()} `,
      (code: string) => code.replaceAll('-', '–'),
    ]) {
      const shown = await askFor(issuer, client)
      const landing = await toConfirmation(browser, issuer, write(shown.userCode), ann)
      expect(landing.html).to.include(shown.userCode)
    }
  })

  it('section 3.5: says access_denied when the person says no, and stays with it', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    const browser = openBrowser()
    await toConfirmation(browser, issuer, shown.userCode, ann)

    const landing = await browser.submit({ decision: 'decline' })

    expect(landing.html).to.include('Nothing was signed in')
    const denied = await poll(issuer, client, shown)
    expect([denied.status, denied.body.error]).to.deep.equal([400, 'access_denied'])
    expect((await enter(browser, issuer, shown.userCode)).html).to.include('This code was used')
    const audited = await audit(app.db, client.clientId)
    expect(audited.map(({ action }) => action)).to.include.members([
      'device_authorization.requested',
      'device_authorization.denied',
    ])
  })

  it('section 3.5: another client cannot redeem the code, and does not slow its owner down', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const thief = await deviceClient(app)
    const shown = await askFor(issuer, client)
    await letIn(issuer, shown, await person(app))
    for (let tries = 0; tries < 3; tries++) {
      const stolen = await poll(issuer, thief, shown)
      expect([stolen.status, stolen.body.error]).to.deep.equal([400, 'invalid_grant'])
    }
    expect((await poll(issuer, client, shown)).status).to.equal(200)
  })

  it('section 5.5: an unknown or missing device code is refused as RFC 6749 says', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const unknown = await poll(issuer, client, { deviceCode: 'nothing' })
    expect([unknown.status, unknown.body.error]).to.deep.equal([400, 'invalid_grant'])
    const missing = await poll(issuer, client, { deviceCode: '' })
    expect([missing.status, missing.body.error]).to.deep.equal([400, 'invalid_request'])
  })

  it('keeps neither code readable', async () => {
    const { app, issuer } = fixture()
    const shown = await askFor(issuer, await deviceClient(app))
    const plain = shown.userCode.replaceAll('-', '')
    const rows = [
      ...(await app.db('oidc_payloads').select<object[]>('payload')),
      ...(await app.db('device_codes').select<object[]>('id', 'user_code')),
    ].map((row) => JSON.stringify(row))
    expect(rows.some((row) => row.includes(plain) || row.includes(shown.userCode))).to.equal(false)
    expect(rows.some((row) => row.includes(shown.deviceCode))).to.equal(false)
  })

  it('writes down who asked, who agreed and what was issued, and the session it belongs to', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    await letIn(issuer, shown, ann)
    const { body } = await poll(issuer, client, shown)
    const { sid } = decodeJwt(String(body.access_token))

    const audited = await audit(app.db, client.clientId)
    const [asked] = audited.filter(({ action }) => action === 'device_authorization.requested')
    const [agreed] = audited.filter(({ action }) => action === 'device_authorization.approved')
    expect(asked?.details['request']).to.be.a('string').and.equal(agreed?.details['request'])
    expect(agreed).to.include({ actor_id: ann.id }).and.nested.include({ 'details.sid': sid })
    expect(audited.map(({ action }) => action)).to.include('token.issued')
    const [session] = await app
      .db('client_sessions')
      .select<object[]>()
      .where({ sid: String(sid) })
    expect(session).to.include({ client_id: client.clientId, user_id: ann.id })
  })

  for (const [what, end] of Object.entries({
    'all sessions of the person were ended': async ({ app, ann }) => {
      await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    },
    'the person was disabled': ({ app, ann }) =>
      setUserStatus(app, bySystem, ann.id, 'disabled', 'left').then(() => undefined),
  } satisfies Record<string, (of: Ended) => Promise<void>>)) {
    it(`DV-07: after ${what}, an approved code gives nothing and tokens are dead`, async () => {
      const { app, issuer } = fixture()
      const ann = await person(app)
      const client = await deviceClient(app)
      const [used, unused] = [await askFor(issuer, client), await askFor(issuer, client)]
      const { browser } = await letIn(issuer, used, ann)
      await letIn(issuer, unused, ann, browser)
      const { body } = await poll(issuer, client, used)
      expect(await opens(issuer, body.access_token)).to.equal(true)

      await end({ app, ann })

      const late = await poll(issuer, client, unused)
      expect([late.status, late.body.error]).to.deep.equal([400, 'invalid_grant'])
      await eventually(async () => !(await opens(issuer, body.access_token)))
      const next = await refresh(issuer, client, body.refresh_token)
      expect([next.status, next.body.error]).to.deep.equal([400, 'invalid_grant'])
    })
  }

  it('DV-07: somebody who was disabled meanwhile cannot let a device in', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    const browser = openBrowser()
    await toConfirmation(browser, issuer, shown.userCode, ann)
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'left')
    const landing = await browser.submit({ decision: 'approve' })
    expect(landing.html).not.to.include('Your device is signed in')
    const answer = await poll(issuer, client, shown)
    expect([answer.status, answer.body.error]).to.deep.equal([400, 'authorization_pending'])
  })

  it('DV-07: a client that was disabled meanwhile gets nothing at any of the three places', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const [waiting, agreed] = [await askFor(issuer, client), await askFor(issuer, client)]
    const ann = await person(app)
    const { browser } = await letIn(issuer, agreed, ann)
    await disableClient(app, bySystem, client.clientId)
    await eventually(async () => (await ask(issuer, client)).status === 401)
    const answer = await poll(issuer, client, agreed)
    expect([answer.status, answer.body.error]).to.deep.equal([401, 'invalid_client'])
    const landing = await enter(browser, issuer, waiting.userCode)
    expect(landing.status).to.be.within(400, 499)
    expect(landing.html).not.to.include('Yes, sign in there')
  })

  it('DV-07, AZ-10: a scope outside of what the client may hold is refused, and never granted', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app, { scopes: ['openid', 'email'] })
    const refused = await ask(issuer, client, { scope: 'openid phone' })
    expect([refused.status, refused.body.error]).to.deep.equal([400, 'invalid_scope'])
    const allowed = await askFor(issuer, client, { scope: 'openid email made_up' })
    await letIn(issuer, allowed, await person(app))
    expect((await poll(issuer, client, allowed)).body.scope).to.equal('openid email')
  })

  it('section 5.2: 50 questions at once get one answer with tokens', async () => {
    const { app, issuer, replica } = fixture()
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    await letIn(issuer, shown, await person(app))
    const other = await replica()
    const origins = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? issuer : other.origin))

    const answers = await Promise.all(origins.map((origin) => poll(origin, client, shown)))

    expect(answers.filter(({ status }) => status === 200)).to.have.lengthOf(1)
    const refused = new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error))
    expect([...refused].every((error) => error === 'slow_down' || error === 'invalid_grant')).to.equal(true)
  })

  it('a code that was redeemed is a replay when it comes again, and ends what was issued by it', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    await letIn(issuer, shown, await person(app))
    const { body } = await poll(issuer, client, shown)
    const again = await poll(issuer, client, shown)
    expect([again.status, again.body.error]).to.deep.equal([400, 'invalid_grant'])
    const next = await refresh(issuer, client, body.refresh_token)
    expect([next.status, next.body.error]).to.deep.equal([400, 'invalid_grant'])
    expect((await audit(app.db, client.clientId)).map(({ action }) => action)).to.include('code.reused')
  })
})

interface Ended {
  app: Parameters<typeof person>[0]
  ann: { id: string }
}

interface Audited {
  action: string
  actor_id: string
  details: Record<string, unknown>
}

const audit = (db: Ended['app']['db'], clientId: string): Promise<Audited[]> =>
  db('audit_records')
    .select<Audited[]>('action', 'actor_id', 'details')
    .where({ target_type: 'client', target_id: clientId })
