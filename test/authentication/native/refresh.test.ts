import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { assignRole, removeRole } from '../../../src/features/authorization/index.ts'
import { forgetDevices } from '../../../src/features/devices/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { eventually, opens, refresh } from '../../oidc/tokens/requests.ts'
import { type Person, person } from '../../support/people.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { nativeApp, problem, refusal, type Reply, tokensOf } from './app.ts'

/** Somebody signed in at an application of ours, natively. */
async function signedIn(place: Stage, more: object = {}, given: Partial<Person> & { role?: string } = {}) {
  const ann = await person(place.app, given)
  const phone = await nativeApp(place.app)
  return { ...place, ann, phone, tokens: await phone.signedIn(ann, more) }
}

const invalidGrant = problem(400, 'invalid_grant')

/** A refusal in both forms: the problem, and what OAuth calls it. */
function expectInvalidGrant(reply: Reply): void {
  expect(refusal(reply)).to.deep.equal(invalidGrant)
  expect(reply.headers.get('content-type')).to.include('application/problem+json')
  expect(reply.body.error).to.equal('invalid_grant')
}

describe('refreshing at /auth/refresh', () => {
  it('gives the next tokens of the same session, in the form of a sign-in', async () => {
    const { phone, tokens } = await signedIn(await stage())

    const next = await phone.refresh(tokens.refresh_token)

    expect(next.status).to.equal(200)
    expect(next.headers.get('cache-control')).to.equal('no-store')
    const { device_token: device, ...shared } = tokens
    expect(device).to.be.a('string')
    expect(next.body).to.have.all.keys(...Object.keys(shared))
    expect(next.body).to.include({ session_id: tokens.session_id, scope: tokens.scope, expires_in: 300 })
    expect(next.body.refresh_token).not.to.equal(tokens.refresh_token)
    expect(decodeJwt(tokensOf(next).id_token)).to.include({
      auth_time: decodeJwt(tokens.id_token).auth_time,
      sid: tokens.session_id,
    })
    expect((await phone.refresh(next.body.refresh_token)).status).to.equal(200)
  })

  it('and at /token is one lineage, also of tokens that a browser got for the same application', async () => {
    const { issuer, ann, phone, tokens } = await signedIn(await stage())
    const atToken = await refresh(issuer, phone, tokens.refresh_token)
    expect((await phone.refresh(atToken.body.refresh_token)).status).to.equal(200)
    expectInvalidGrant(await phone.refresh(tokens.refresh_token)) // two steps back
    expectInvalidGrant(await phone.refresh(atToken.body.refresh_token))

    const browser = await phone.signIn(ann)
    const fromBrowser = await phone.refresh(browser.tokens.refresh_token)
    expect(fromBrowser.status).to.equal(200)
    expect((await refresh(issuer, phone, fromBrowser.body.refresh_token)).status).to.equal(200)
  })

  it('on another device is refused and told, and the session goes on where it began', async () => {
    const { app, phone, ann, tokens } = await signedIn(await stage())
    const elsewhere = await phone.signedIn(ann)
    const noticed = async () => {
      const of = { action: 'session.foreign_device', target_id: ann.id }
      const told = await app.db('outbox_events').where({ type: 'auth.session.copied', subject: ann.id })
      return [(await app.db('audit_records').where(of)).length, told.length]
    }
    for (const device of [elsewhere.device_token, 'made up'])
      expectInvalidGrant(await phone.refresh(tokens.refresh_token, { device_token: device }))
    expect(await noticed()).to.deep.equal([1, 1])

    const next = await phone.refresh(tokens.refresh_token, { device_token: tokens.device_token })
    expect(next.status).to.equal(200)
    expect((await phone.refresh(next.body.refresh_token)).status, 'without one, as before').to.equal(200)
    expect(await noticed()).to.deep.equal([1, 1])
  })

  it('on another device ends the session where the operator wants that', async () => {
    const { app, phone, ann, tokens } = await signedIn(await stage())
    await changeSetting(app, bySystem, 'session.on_copied', 'end')
    const elsewhere = await phone.signedIn(ann)
    const stolen = { device_token: elsewhere.device_token }
    expectInvalidGrant(await phone.refresh(tokens.refresh_token, stolen))
    expectInvalidGrant(await phone.refresh(tokens.refresh_token, { device_token: tokens.device_token }))
    expect((await phone.refresh(elsewhere.refresh_token, stolen)).status).to.equal(200)
  })

  it('cannot tell devices apart where the one was forgotten, or a browser got the tokens', async () => {
    const { app, clock, phone, ann, tokens } = await signedIn(await stage())
    const { tokens: fromBrowser } = await phone.signIn(ann)
    await transaction(app.db, (tx) => forgetDevices(tx, clock.now(), bySystem, ann.id))
    for (const token of [tokens.refresh_token, fromBrowser.refresh_token])
      expect((await phone.refresh(token, { device_token: tokens.device_token })).status).to.equal(200)
  })

  it('takes a replay after the grace time for theft: all of the family is dead on every replica (RT-01)', async () => {
    const place = await stage()
    const { app, ann, phone, issuer, clock, tokens } = await signedIn(place)
    const { origin } = await place.replica()
    const next = await phone.refresh(tokens.refresh_token)
    clock.advance(61)

    expectInvalidGrant(await phone.refresh(tokens.refresh_token))

    for (const at of [issuer, origin]) {
      const dead = async () =>
        !(await opens(at, next.body.access_token)) && !(await opens(at, tokens.access_token))
      expect(await eventually(dead)).to.be.below(1_000)
      expectInvalidGrant(await phone.refresh(next.body.refresh_token, {}, at))
    }
    const audited = await app.db('audit_records').where({ action: 'token.refresh_reused' })
    expect(audited).to.have.lengthOf(1)
    expect(audited[0]).to.include({ target_id: phone.clientId, outcome: 'denied' })
    const told = await app.db('outbox_events').where({ type: 'auth.refresh.reused' })
    expect(told.map(({ subject }: { subject: string }) => subject)).to.deep.equal([ann.id])
  })

  it('answers a lost answer again with the same successor, and its true end (F19)', async () => {
    const place = await stage()
    const { phone, clock, tokens } = await signedIn(place)
    const { origin } = await place.replica()
    const lost = await phone.refresh(tokens.refresh_token)
    clock.advance(55)

    const again = await phone.refresh(tokens.refresh_token, {}, origin)

    expect(again.status).to.equal(200)
    expect(again.body.refresh_token).to.equal(lost.body.refresh_token)
    expect(again.body.refresh_expires_in).to.be.closeTo(Number(lost.body.refresh_expires_in) - 55, 1)
  })

  it('covers only the immediate predecessor: two steps back is a replay at once (RT-03)', async () => {
    const { phone, issuer, tokens } = await signedIn(await stage())
    const second = await phone.refresh(tokens.refresh_token)
    const third = await phone.refresh(second.body.refresh_token)

    expectInvalidGrant(await phone.refresh(tokens.refresh_token))

    expectInvalidGrant(await phone.refresh(third.body.refresh_token))
    expect(await opens(issuer, third.body.access_token)).to.equal(false)
  })

  it('takes a used token from another client for theft, and an unused one for a mistake (RT-04, RT-06)', async () => {
    const { app, issuer, phone, tokens } = await signedIn(await stage())
    const other = await nativeApp(app)

    expectInvalidGrant(await other.refresh(tokens.refresh_token))
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    const next = await phone.refresh(tokens.refresh_token)
    expect(next.status).to.equal(200)

    expectInvalidGrant(await other.refresh(tokens.refresh_token))
    expectInvalidGrant(await phone.refresh(next.body.refresh_token))
    expect(await opens(issuer, next.body.access_token)).to.equal(false)
  })

  it('gives no wider scope than was granted, and a narrower one for once (RT-07)', async () => {
    const { phone, tokens } = await signedIn(await stage(), { scope: 'openid email' })

    const wider = await phone.refresh(tokens.refresh_token, { scope: 'openid email profile' })
    expect(refusal(wider)).to.deep.equal(problem(400, 'invalid_scope'))
    expect(wider.body.error).to.equal('invalid_scope')
    const elsewhere = await phone.refresh(tokens.refresh_token, { resource: 'https://other.example' })
    expect(refusal(elsewhere)).to.deep.equal(problem(400, 'invalid_input'))

    const narrower = await phone.refresh(tokens.refresh_token, { scope: 'openid' })
    expect(narrower.body.scope).to.equal('openid')
    expect((await phone.refresh(narrower.body.refresh_token)).body.scope).to.equal('openid email')
  })

  it('ends at its absolute end, and says so before (RT-09)', async () => {
    const place = await stage()
    await changeSetting(place.app, bySystem, 'token.refresh_absolute_seconds', 600)
    const { phone, clock, tokens } = await signedIn(place)
    expect(tokens.refresh_expires_in).to.equal(600)
    let current: unknown = tokens.refresh_token
    for (const [seconds, left] of [
      [250, 350],
      [250, 100],
      [90, 10],
    ] as const) {
      clock.advance(seconds)
      const next = await phone.refresh(current)
      expect(next.status, next.text).to.equal(200)
      expect(next.body.refresh_expires_in).to.be.closeTo(left, 3)
      current = next.body.refresh_token
    }
    clock.advance(12)
    expectInvalidGrant(await phone.refresh(current))
  })

  it('ends when it was not used for the idle time (RT-10)', async () => {
    const place = await stage()
    await changeSetting(place.app, bySystem, 'token.refresh_idle_seconds', 300)
    const { phone, clock, tokens } = await signedIn(place)
    expect(tokens.refresh_expires_in).to.equal(300)
    clock.advance(290)
    const next = await phone.refresh(tokens.refresh_token)
    expect(next.body.refresh_expires_in).to.equal(300)

    clock.advance(301)

    expectInvalidGrant(await phone.refresh(next.body.refresh_token))
  })

  it('carries the role as it is now (RT-13)', async () => {
    const { app, ann, phone, tokens } = await signedIn(await stage(), {}, { role: 'admin' })
    expect(decodeJwt(tokens.access_token)).to.include({ role: 'admin' })
    const principal = { type: 'user', id: ann.id } as const
    await transaction(app.db, (tx) => removeRole(app, tx, bySystem, { principal, role: 'admin' }))
    const next = await phone.refresh(tokens.refresh_token)
    expect(decodeJwt(tokensOf(next).access_token)).to.include({ role: 'user' })

    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'admin' }))
    const raised = await phone.refresh(next.body.refresh_token)
    expect(decodeJwt(tokensOf(raised).access_token)).to.include({ role: 'admin' })
  })

  it('gives 50 requests with one token over two replicas one successor, the same that /token gives', async function () {
    this.timeout(30_000)
    const place = await stage()
    const { app, issuer, phone, tokens } = await signedIn(place)
    const { origin } = await place.replica()

    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const at = index % 2 === 0 ? issuer : origin
        return index % 5 === 0
          ? refresh(at, phone, tokens.refresh_token)
          : phone.refresh(tokens.refresh_token, {}, at)
      }),
    )

    expect(all.map(({ status }) => status)).to.deep.equal(Array.from({ length: 50 }, () => 200))
    const successors = new Set(all.map(({ body }) => body.refresh_token))
    expect(successors.size).to.equal(1)
    expect(await app.db('oidc_payloads').where({ model: 4 })).to.have.lengthOf(2)
    expect((await phone.refresh([...successors][0])).status).to.equal(200)
  })

  it('names what is wrong with the request', async () => {
    const { phone } = await signedIn(await stage())
    for (const wrong of [undefined, '', 1, ['x'], { token: 'x' }, 'x'.repeat(10_240)]) {
      const reply = await phone.send('/auth/refresh', { refresh_token: wrong })
      expect(refusal(reply), typeof wrong).to.deep.equal(problem(400, 'invalid_input'))
      expect((reply.body.errors as { field: string }[])[0]?.field).to.equal('refresh_token')
    }
    for (const unknown of ['x', '\u0000', 'handle:x', '../../x', '__proto__'])
      expectInvalidGrant(await phone.refresh(unknown))
  })
})
