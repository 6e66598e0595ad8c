import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { changePassword } from '../../../src/features/authentication/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { eventually, opens, refresh } from '../../oidc/tokens/requests.ts'
import { openBrowser } from '../../support/browser.ts'
import { keepSecret } from '../../support/canary.ts'
import { person } from '../../support/people.ts'
import { stage } from '../../support/stage.ts'
import { nativeApp, problem, refusal, type Reply } from './app.ts'

const next = 'a quiet harbour at dawn'
keepSecret(next)

async function fixture() {
  const place = await stage()
  const ann = await person(place.app)
  const phone = await nativeApp(place.app)
  const tokens = await phone.signedIn(ann)
  const change = (body: object, accessToken = tokens.access_token, at = place.issuer) =>
    phone.as(accessToken, '/auth/password/change', body, at)
  const good = { current_password: ann.password, new_password: next }
  return { ...place, ann, phone, tokens, change, good }
}

const fieldsOf = ({ body }: Reply): string[] => (body.errors as { field: string }[]).map(({ field }) => field)

describe('changing my password', () => {
  it('keeps the session it is done in and ends all others, offline access included', async () => {
    const { app, issuer, ann, phone, tokens, change, good } = await fixture()
    const another = await phone.signedIn(ann)
    const browser = await phone.signIn(ann, { parameters: { scope: 'openid offline_access' } })

    expect((await change(good)).status).to.equal(204)

    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    expect((await phone.refresh(tokens.refresh_token)).status).to.equal(200)
    for (const token of [another.refresh_token, browser.tokens.refresh_token])
      expect(refusal(await phone.refresh(token))).to.deep.equal(problem(400, 'invalid_grant'))
    for (const token of [another.access_token, browser.tokens.access_token])
      expect(await eventually(async () => !(await opens(issuer, token)))).to.be.below(1_000)
    expect((await browser.browser.go((await phone.begin()).url)).url).to.match(/\/login$/)
    const ended = await app.db('sessions').whereNotNull('ended_at').select('end_reason')
    expect(ended.map(({ end_reason: reason }: { end_reason: string }) => reason)).to.deep.equal([
      'password_changed',
      'password_changed',
    ])
    const events = await app.db('outbox_events').where({ type: 'auth.password.changed' })
    expect(JSON.stringify(events.at(-1))).to.include('"first":false')
  })

  it('voids the old password at once on every replica, and takes the new one (PW-09)', async () => {
    const place = await fixture()
    const { origin } = await place.replica()
    const { ann, phone, issuer } = place

    expect((await place.change(place.good, place.tokens.access_token, origin)).status).to.equal(204)

    for (const at of [issuer, origin]) {
      expect(refusal(await phone.login(ann, {}, at))).to.deep.equal(problem(401, 'wrong_credentials'))
      expect((await phone.login({ ...ann, password: next }, {}, at)).status).to.equal(200)
    }
  })

  it('ends sign-ins that are under way by the old password', async () => {
    const { ann, phone, change, good } = await fixture()
    const browser = openBrowser()
    await browser.go((await phone.begin()).url)
    const proven = await browser.submit(
      { login: ann.email, password: ann.password },
      { until: (url) => url.includes('/authorize/') },
    )

    expect((await change(good)).status).to.equal(204)

    const landing = await browser.go(proven.url, { until: (url) => url.startsWith(phone.redirectUri) })
    expect(landing.url).to.match(/\/login$/)
  })

  it('leaves a browser signed in whose session is the one it is done in, here and at its next client', async () => {
    const { app, issuer, ann, phone } = await fixture()
    const other = await nativeApp(app)
    const { tokens, browser } = await phone.signIn(ann)
    const change = { current: ann.password, next }
    const session = { sid: String(decodeJwt(tokens.access_token).sid) }

    await changePassword(app, bySystem, { userId: ann.id, session }, change)

    expect((await refresh(issuer, phone, tokens.refresh_token)).status).to.equal(200)
    for (const client of [phone, other]) {
      const until = (url: string) => url.startsWith(client.redirectUri)
      const begun = await client.begin({ prompt: 'none' })
      const landing = await browser.go(begun.url, { until })
      expect(new URL(landing.url).searchParams.has('code'), landing.url).to.equal(true)
      const again = await client.finish(begun, landing.url)
      expect(await opens(issuer, again.access_token)).to.equal(true)
    }
  })

  it('asks for the present one, and lets nobody guess at it (PW-08)', async function () {
    this.timeout(30_000)
    const { app, ann, phone, change, good } = await fixture()
    const missing = await change({ new_password: next })
    expect(refusal(missing)).to.deep.equal(problem(403, 'current_password_wrong'))
    expect(fieldsOf(missing)).to.deep.equal(['current_password'])

    const wrong = { current_password: 'not the password at all', new_password: next }
    const guesses = await Promise.all(Array.from({ length: 30 }, () => change(wrong)))

    const refused = guesses.filter(({ status }) => status === 403)
    expect(refused.length).to.be.at.most(9)
    for (const reply of guesses.filter(({ status }) => status !== 403)) {
      expect(refusal(reply)).to.deep.equal(problem(429, 'too_many_attempts'))
      expect(Number(reply.headers.get('retry-after'))).to.be.within(1, 900)
    }
    expect(refusal(await change(good))).to.deep.equal(problem(429, 'too_many_attempts'))
    expect((await phone.login(ann)).status).to.equal(200)
    const records = await app.db('audit_records').where({ action: 'credential.password_refused' })
    expect(records.length).to.equal(refused.length + 1)
  })

  it('asks for a recent sign-in (PW-08, RFC 9470)', async () => {
    const { app, ann, phone, tokens, change, good } = await fixture()
    await app.db.raw(
      `update oidc_payloads set payload = jsonb_set(payload, '{authTime}', to_jsonb((payload ->> 'authTime')::int - 901))
       where model = 4`,
    )
    const { access_token: later } = (await phone.refresh(tokens.refresh_token)).body

    const stolen = await change(good, String(later))
    expect(refusal(stolen)).to.deep.equal(problem(401, 'insufficient_user_authentication'))
    expect(stolen.headers.get('www-authenticate')).to.include('max_age="900"')
    expect((await change(good, (await phone.signedIn(ann)).access_token)).status).to.equal(204)
  })

  it('judges the new one as at registration, and takes no other field', async () => {
    const { ann, phone, change, good } = await fixture()
    const bad = ['quiet dawn1', 'password1234', ann.email, 'x'.repeat(300), ann.password]
    for (const password of bad) {
      const reply = await change({ ...good, new_password: password })
      expect(refusal(reply), password).to.deep.equal(problem(422, 'password_refused'))
      expect(fieldsOf(reply)).to.deep.equal(['new_password'])
    }
    for (const more of [{ user_id: 'x' }, { sub: 'x' }, { client_id: phone.clientId }]) {
      const reply = await change({ ...good, ...more })
      expect(refusal(reply)).to.deep.equal(problem(400, 'invalid_input'))
      expect(fieldsOf(reply)).to.deep.equal(Object.keys(more))
    }
    expect(fieldsOf(await change({ current_password: [ann.password], new_password: next }))).to.deep.equal([
      'current_password',
    ])
    expect((await phone.login(ann)).status).to.equal(200)
  })

  it('is done by one of two sessions that do it at once', async () => {
    const { ann, phone, tokens, change } = await fixture()
    const another = await phone.signedIn(ann)
    const passwords = [next, 'a loud harbour at midnight']

    const replies = await Promise.all([
      change({ current_password: ann.password, new_password: passwords[0] }),
      change({ current_password: ann.password, new_password: passwords[1] }, another.access_token),
    ])

    expect(replies.map(({ status }) => status).sort()).to.be.deep.oneOf([
      [204, 401],
      [204, 403],
    ])
    const won = replies.findIndex(({ status }) => status === 204)
    expect((await phone.login({ ...ann, password: passwords[won] ?? '' })).status).to.equal(200)
    const [kept, ended] = won === 0 ? [tokens, another] : [another, tokens]
    expect((await phone.refresh(kept.refresh_token)).status).to.equal(200)
    expect((await phone.refresh(ended.refresh_token)).status).to.equal(400)
  })
})
