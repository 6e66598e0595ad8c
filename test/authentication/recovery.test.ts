import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { completeReset, requestReset } from '../../src/features/authentication/index.ts'
import { recogniseDevice, rememberDevice } from '../../src/features/devices/index.ts'
import { createLink, type LinkPurpose } from '../../src/features/links/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { formsOf, openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'

const fresh = 'a very quiet harbour at dawn'

describe('a forgotten password', () => {
  const shared = sharedStage(async (built) => ({ ...built, client: await relyingParty(built.app) }), {
    worker: true,
  })

  const ask = (login: string) =>
    fetch(`${shared().issuer}/recovery`, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ login }),
    })

  /** A link as a mail would hold it. */
  async function linkOf(ann: Person, purpose: LinkPurpose = 'reset-password'): Promise<string> {
    const { app } = shared()
    const link = { purpose, userId: ann.id, address: ann.email }
    const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
    keepSecret(token)
    return token
  }

  async function choose(token: string, password = fresh) {
    const browser = openBrowser()
    const form = await browser.go(`${shared().issuer}/recovery/${token}`)
    return formsOf(form.html).length > 0 && form.status === 200 ? browser.submit({ password }) : form
  }

  const signsIn = (ann: Person, password: string) =>
    shared()
      .client.signIn({ ...ann, password })
      .then(
        () => true,
        () => false,
      )

  it('is replaced from inside a sign-in, which then goes on to its client', async () => {
    const { app, client } = shared()
    const ann = await person(app)
    const browser = openBrowser()
    const begun = await client.begin()
    const login = await browser.go(begun.url)
    expect(login.html).to.match(/href="\/interaction\/[\w-]+\/forgot"/)
    await browser.go(login.url.replace(/login$/, 'forgot'))
    const sent = await browser.submit({ login: ann.username })
    expect(sent.html).to.include('Look into your mail')

    await browser.go(linkIn(await mailTo(app, ann.email, 'reset-password')))
    const done = await browser.submit({ password: fresh })
    const onward = /class="button primary" href="([^"]+)"/.exec(done.html)?.[1] ?? ''
    await browser.go(onward)
    const until = (url: string) => url.startsWith(client.redirectUri)
    const end = await browser.submit({ login: ann.email, password: fresh }, { until })

    expect((await client.finish(begun, end.url)).claims()).to.include({ email: ann.email })
    expect(await mailTo(app, ann.email, 'password-changed')).to.include({ userId: ann.id })
  })

  it('ends known devices but the browser it is done in', async () => {
    const { app, issuer } = shared()
    const ann = await person(app)
    const thief = await transaction(app.db, (tx) =>
      rememberDevice(tx, app.clock.now(), bySystem, ann.id, null),
    )
    const browser = openBrowser()
    await browser.go(`${issuer}/recovery/${await linkOf(ann)}`)
    expect((await browser.submit({ password: fresh })).html).to.include('Your password is changed')

    expect(await recogniseDevice(app.db, ann, thief.value)).to.equal(null)
    const removed = { action: 'device.removed', target_id: thief.id }
    expect(await app.db('audit_records').where(removed).select('id')).to.have.lengthOf(1)
    const kept = browser.cookies().find(({ name }) => name === 'gatehouse_device')?.value ?? ''
    expect(await recogniseDevice(app.db, ann, kept)).not.to.equal(null)
  })

  it('of an address that was not proven, forgets known devices on record', async () => {
    const { app } = shared()
    const ann = await person(app)
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: null })
    const planted = await transaction(app.db, (tx) =>
      rememberDevice(tx, app.clock.now(), bySystem, ann.id, null),
    )
    await choose(await linkOf(ann))
    expect(await recogniseDevice(app.db, ann, planted.value)).to.equal(null)
    const removed = { action: 'device.removed', target_id: planted.id }
    expect(await app.db('audit_records').where(removed).select('id')).to.have.lengthOf(1)
  })

  it('waits for a change of the address that is being written, and then is not given by the old one', async () => {
    const { app } = shared()
    const ann = await person(app)
    const token = await linkOf(ann)
    const changing = await app.db.transaction()
    await changing('users')
      .where({ id: ann.id })
      .update({ email: `moved-${ann.email}` })
    const chosen = completeReset(app, bySystem, { token, password: fresh }).then(
      () => 'reset',
      (error: unknown) => (error instanceof Problem ? error.code : String(error)),
    )
    await Promise.race([chosen, delay(500)])
    await changing.commit()
    expect(await chosen).to.equal('link_invalid')
  })

  it('LG-02: gets the same answer whoever asks, and no mail goes to who must not have one', async () => {
    const { app } = shared()
    const [known, disabled, deleted] = [await person(app), await person(app), await person(app)]
    await setUserStatus(app, bySystem, disabled.id, 'disabled', 'test')
    await setUserStatus(app, bySystem, deleted.id, 'deleted', 'test')
    const unverified = await person(app)
    await app.db('users').where({ id: unverified.id }).update({ email_verified_at: null, status: 'pending' })
    const asked = [known, disabled, deleted, unverified].map(({ email }) => email)

    const answers = await Promise.all(
      [...asked, 'nobody@example.com', 'no-such-name', '\u0000'].map(async (login) => {
        const reply = await ask(login)
        const headers = [...reply.headers.keys()].filter((name) => name !== 'x-request-id')
        const shown = (await reply.text())
          .replaceAll(login, '#')
          .replaceAll('\u0000', '#')
          .replaceAll('\uFFFD', '#')
        return JSON.stringify([reply.status, headers, shown])
      }),
    )

    expect(new Set(answers).size).to.equal(1)
    await mailTo(app, known.email, 'reset-password')
    await mailTo(app, unverified.email, 'reset-password')
    for (const none of [disabled, deleted]) expect(await mailsTo(app, none.email)).to.be.empty
    const records: unknown[] = await app.db('audit_records').where({ action: 'recovery.requested' })
    expect(JSON.stringify(records)).not.to.include('@example.com')
    const ofKnown = await app
      .db('audit_records')
      .where({ action: 'recovery.requested', target_id: known.id })
      .pluck<unknown[]>('details')
    expect(ofKnown).to.deep.equal([null])
  })

  it('PW-03: is asked for by one person at a time, and only as a form', async () => {
    const { issuer, app } = shared()
    const [ann, eve] = [await person(app), await person(app)]
    const twice = `login=${encodeURIComponent(ann.email)}&login=${encodeURIComponent(eve.email)}`
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', twice],
      ['application/x-www-form-urlencoded', twice.replaceAll('login=', 'login[]=')],
      ['application/json', JSON.stringify({ login: [ann.email, eve.email] })],
      ['application/json', JSON.stringify({ login: ann.email })],
    ] as const) {
      const reply = await fetch(`${issuer}/recovery`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      })
      expect(reply.status, body).to.be.within(400, 415)
    }
    for (const { email } of [ann, eve]) expect(await mailsTo(app, email)).to.be.empty
  })

  it('PW-02: leads to the configured origin, whatever host the request names', async () => {
    const { issuer, app } = shared()
    const ann = await person(app)
    const headers = {
      host: 'evil.test',
      'x-forwarded-host': 'evil.test',
      forwarded: 'host=evil.test',
      'content-type': 'application/x-www-form-urlencoded',
    }
    await new Promise((resolve, reject) => {
      const sent = request(`${issuer}/recovery`, { method: 'POST', headers }, (reply) =>
        reply.resume().on('end', resolve),
      )
      sent.on('error', reject).end(`login=${encodeURIComponent(ann.email)}`)
    })
    expect(linkIn(await mailTo(app, ann.email, 'reset-password'))).to.match(
      new RegExp(`^${issuer}/recovery/[\\w-]{43}$`),
    )
  })

  it('PW-05: RG-08: a link may be looked at, and is good once: twice, expired, older of two, of another purpose', async () => {
    const { app } = shared()
    const ann = await person(app)
    const older = await linkOf(ann)
    const token = await linkOf(ann)
    const verify = await linkOf(ann, 'verify-email')
    await openBrowser().go(`${shared().issuer}/recovery/${token}`)

    expect((await choose(token)).html).to.include('Your password is changed')

    for (const dead of [token, older, verify, 'x'.repeat(43)]) {
      const ended = await choose(dead)
      expect(ended.status).to.equal(403)
      expect(ended.html).to.include('This link does not work any more')
    }
    expect(await signsIn(ann, fresh)).to.equal(true)
    expect(await signsIn(ann, ann.password)).to.equal(false)
  })

  it('PW-05: a link serves one of fifty that come at the same moment', async () => {
    const { app, issuer } = shared()
    const ann = await person(app)
    const token = await linkOf(ann)
    const form = await openBrowser().go(`${issuer}/recovery/${token}`)
    const csrf = formsOf(form.html)[0]?.fields.csrf ?? ''
    const send = async (n: number) => {
      const reply = await fetch(`${issuer}/recovery/${token}`, {
        method: 'POST',
        headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ csrf, password: `${fresh} ${n}` }),
      })
      await reply.body?.cancel()
      return reply.status
    }
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, n) => send(n)))
    expect(statuses.filter((status) => status === 200)).to.have.lengthOf(1)
    expect(statuses.filter((status) => status !== 200 && status !== 403 && status !== 503)).to.be.empty
  })

  it('PW-11: is chosen on a page that no cache keeps and no other site hears of', async () => {
    const token = await linkOf(await person(shared().app))
    const { headers, html } = await openBrowser().go(`${shared().issuer}/recovery/${token}`)
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(headers.get('referrer-policy')).to.equal('no-referrer')
    expect(html).not.to.match(/(src|href)="https?:/)
    const rows: unknown = await shared().app.db('links')
    expect(JSON.stringify(rows)).not.to.include(token)
  })

  it('is refused as a new one when it is weak, and the link stays good', async () => {
    const ann = await person(shared().app)
    const token = await linkOf(ann)
    for (const [weak, why] of [
      ['short', 'at least 12'],
      ['password1234', 'easy to guess'],
      [`${ann.username} ${ann.username}`, 'your name'],
    ] as const) {
      const refused = await choose(token, weak)
      expect(refused.status, weak).to.equal(422)
      expect(refused.html, weak).to.include(why)
    }
    expect((await choose(token)).status).to.equal(200)
  })

  it('PW-03: is not sent by a form of another site, nor without the token of its page', async () => {
    const { issuer, app } = shared()
    const token = await linkOf(await person(app))
    const send = (headers: Record<string, string>, csrf: string) =>
      fetch(`${issuer}/recovery/${token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ csrf, password: fresh }),
      })
    expect((await send({ origin: 'https://evil.test' }, '')).status).to.equal(403)
    expect((await send({}, 'made-up')).status).to.equal(403)
    expect((await choose(token)).status).to.equal(200)
  })

  it('JW-12: ends every session and refresh token when it is replaced', async () => {
    const { app, client, issuer } = shared()
    const ann = await person(app)
    const offline = { scope: 'openid email offline_access', prompt: 'consent' }
    const [phone, desk] = [await client.signIn(ann, { parameters: offline }), await client.signIn(ann)]

    await choose(await linkOf(ann))

    for (const { tokens } of [phone, desk]) {
      const reply = await fetch(`${issuer}/users/me`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      expect(reply.status).to.equal(401)
    }
    const refreshed = await client.refresh(phone.tokens.refresh_token ?? '').then(
      () => 'refreshed',
      () => 'refused',
    )
    expect(refreshed).to.equal('refused')
    const reasons: unknown = await app.db('sessions').distinct('end_reason').where({ user_id: ann.id })
    expect(reasons).to.deep.equal([{ end_reason: 'password_reset' }])
  })

  it('opens nothing to a disabled person who had a link', async () => {
    const { app } = shared()
    const ann = await person(app)
    const token = await linkOf(ann)
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'test')
    expect((await choose(token)).status).to.equal(200)
    expect(await signsIn(ann, fresh)).to.equal(false)
    expect(await app.db('users').where({ id: ann.id, status: 'disabled' })).to.have.lengthOf(1)
  })

  it('is no way to an address the account does not have any more', async () => {
    const { app } = shared()
    const ann = await person(app)
    const token = await linkOf(ann)
    await app
      .db('users')
      .where({ id: ann.id })
      .update({ email: `new-${ann.email}` })
    expect((await choose(token)).status).to.equal(403)
    expect(await signsIn({ ...ann, email: `new-${ann.email}` }, ann.password)).to.equal(true)
  })

  it('RG-05: takes all that was made before the address was proven', async () => {
    const { app, client, issuer } = shared()
    const eve = await person(app, { password: 'the password of a stranger here' })
    await app.db('users').where({ id: eve.id }).update({ email_verified_at: null })
    const before = await client.signIn(eve)
    const identity = {
      id: eve.id,
      user_id: eve.id,
      issuer: 'https://accounts.example',
      subject: 'eve',
      created_at: new Date(),
    }
    await app.db('user_identities').insert(identity)
    await app
      .db('consents')
      .insert({ user_id: eve.id, client_id: client.clientId, scopes: ['email'], granted_at: new Date() })
    await linkOf(eve, 'change-email')

    await choose(await linkOf(eve))

    const issuers: unknown = await app.db('user_identities').select('issuer').where({ user_id: eve.id })
    expect(issuers).to.deep.equal([{ issuer: 'urn:gatehouse:native' }])
    expect(await app.db('consents').where({ user_id: eve.id }).whereNull('withdrawn_at')).to.be.empty
    expect(await app.db('links').where({ user_id: eve.id }).whereNull('used_at').whereNull('superseded_at'))
      .to.be.empty
    expect(await signsIn(eve, eve.password)).to.equal(false)
    expect((await client.signIn({ ...eve, password: fresh })).tokens.claims()).to.include({
      email_verified: true,
    })
    const reply = await fetch(`${issuer}/users/me`, {
      headers: { authorization: `Bearer ${before.tokens.access_token}` },
    })
    expect(reply.status).to.equal(401)
  })
})

describe('asking for a new password again and again', () => {
  it('fills nobody’s mailbox, and is refused to a network that does not stop', async () => {
    const { app, issuer } = await stage({ worker: true })
    const ann = await person(app)
    for (let n = 0; n < 8; n++)
      await requestReset(app, bySystem, { login: n % 2 ? ann.email : ann.username, proof: null })
    const idle = async () =>
      (
        await app.db.raw<{ rows: unknown[] }>(
          'select 1 from graphile_worker.jobs where task_identifier = ?',
          ['recovery.send'],
        )
      ).rows.length === 0
    for (let wait = 0; wait < 100 && !(await idle()); wait++)
      await new Promise((done) => setTimeout(done, 50))
    expect(await mailsTo(app, ann.email)).to.have.lengthOf(5)

    const statuses: number[] = []
    for (let n = 0; n < 31; n++) {
      const reply = await fetch(`${issuer}/recovery`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ login: `nobody-${n}@example.com` }),
      })
      await reply.body?.cancel()
      statuses.push(reply.status)
    }
    expect(statuses.filter((status) => status === 200)).to.have.lengthOf(30)
    expect(statuses.at(-1)).to.equal(429)
  })

  it('does not wait for a mail server (F38)', async () => {
    const { app, issuer } = await stage({
      worker: true,
      variables: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'id@example.com' },
    })
    const ann = await person(app)
    const client = await relyingParty(app)
    const reply = await fetch(`${issuer}/recovery`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ login: ann.email }),
    })
    expect(reply.status).to.equal(200)
    expect((await client.signIn(ann)).tokens.access_token).to.be.a('string')
  })
})
