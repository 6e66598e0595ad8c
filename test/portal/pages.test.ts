import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty, signInAt } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { atLogin, heading, visitor } from './support.ts'

const places = ['', '/profile', '/email', '/password', '/apps', '/delete'].map((path) => `/account${path}`)

describe('the pages of an account', () => {
  const shared = sharedStage()

  it('ask a stranger to sign in by a real request, and bring them where they wanted to go', async () => {
    const { app, issuer } = shared()
    const ann = await person(app)
    for (const place of places) {
      const browser = openBrowser()
      const landing = await browser.go(issuer + place)
      expect(atLogin(landing), place).to.equal(true)
      const back = await browser.submit({ login: ann.email, password: ann.password })
      expect([back.status, back.url], place).to.deep.equal([200, issuer + place])
    }
  })

  it('know who signed in to an application, as /authorize would', async () => {
    const { app, issuer } = shared()
    const ann = await person(app)
    const { browser } = await (await relyingParty(app)).signIn(ann)
    const landing = await browser.go(`${issuer}/account`)
    expect([landing.status, heading(landing)]).to.deep.equal([200, 'Your account'])
    expect(landing.html).to.include(ann.email)
  })

  it('register their own client once, however many come first at the same moment', async () => {
    const { app, issuer } = await stage()
    await Promise.all(Array.from({ length: 10 }, () => openBrowser().go(`${issuer}/account`)))
    expect(await app.db('clients').where({ name: 'Account' })).to.have.lengthOf(1)
  })

  it('UI-03: carry every header that protects a page', async () => {
    const ann = await visitor(shared())
    for (const place of places) {
      const { headers } = await ann.go(place)
      expect(headers.get('content-security-policy'), place).to.include("frame-ancestors 'none'")
      expect(headers.get('content-security-policy'), place).to.include("form-action 'self'")
      expect(headers.get('cache-control'), place).to.equal('no-store')
      expect(headers.get('referrer-policy'), place).to.equal('no-referrer')
    }
  })

  it('lead back to one of themselves only, whatever a link says', async () => {
    const { issuer } = shared()
    const ann = await visitor(shared())
    for (const state of ['https://evil.test/', '//evil.test', '__proto__', 'toString', 'x'.repeat(500), ''])
      expect((await ann.go(`/account/callback?state=${encodeURIComponent(state)}`)).url).to.equal(
        `${issuer}/account`,
      )
    expect((await ann.go('/account/callback?state=apps')).url).to.equal(`${issuer}/account/apps`)
  })

  it('say that nobody is signed in instead of asking again, when a sign-in was given up', async () => {
    const { issuer } = shared()
    const browser = openBrowser()
    await browser.go(`${issuer}/account/profile`)
    const given = await browser.submit({}, { form: 2 })
    expect([given.status, heading(given)]).to.deep.equal([401, 'You are not signed in'])
    expect(given.html).to.include('href="/account/profile"')
  })

  it('refuse a form with the token of another session, or none, and change nothing', async () => {
    const { app } = shared()
    const [ann, bob] = [await visitor(shared()), await visitor(shared())]
    await bob.go('/account/profile')
    const stolen = /name="csrf" value="([^"]+)"/.exec((await bob.go('/account/profile')).html)?.[1] ?? ''
    for (const csrf of [stolen, '', 'x'.repeat(43)]) {
      await ann.go('/account/profile')
      const reply = await ann.browser.submit({ csrf, name: 'Changed' })
      expect(reply.status).to.equal(403)
      expect(reply.html).to.include('This page was open for too long')
    }
    const row = await app.db('users').select<{ name: string }[]>('name').where({ id: ann.id }).first()
    expect(row?.name).to.equal('Ann Example')
  })

  it('refuse a form that another site sent', async () => {
    const ann = await visitor(shared())
    await ann.go('/account/profile')
    const reply = await ann.browser.submit(
      { name: 'Changed' },
      { headers: { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' } },
    )
    expect(reply.status).to.equal(403)
  })

  const malformed: [what: string, value: (good: string) => string][] = [
    ['8 KB', () => 'a'.repeat(8192)],
    ['bytes that are no text', () => '%ff%fe%00'],
    ['empty', () => ''],
    ['another value under the same signature', (good) => `${good.slice(1)}x`],
    ['a prototype', () => '__proto__'],
  ]
  it('SE-06: take a malformed cookie for none, and two of one name for no more than one', async () => {
    const ann = await visitor(shared())
    const cookies = ann.browser.cookies()
    for (const [what, value] of malformed) {
      ann.browser.setCookies(
        cookies.map((one) => (one.name === 'gatehouse_session' ? { ...one, value: value(one.value) } : one)),
      )
      const landing = await ann.go('/account')
      expect(atLogin(landing), what).to.equal(true)
    }
    ann.browser.setCookies(
      cookies.map((one) => (one.name.endsWith('.sig') ? { ...one, value: 'x'.repeat(27) } : one)),
    )
    expect(atLogin(await ann.go('/account')), 'a bad signature').to.equal(true)
    const forged = { name: 'gatehouse_session', value: 'somebody', path: '/account' }
    ann.browser.setCookies([forged, ...cookies])
    expect((await ann.go('/account')).status, 'two of one name').to.be.lessThan(500)
  })

  it('forget who is disabled, deleted, or signed out everywhere, at the next request', async () => {
    const { app } = shared()
    const ends: ((id: string) => Promise<unknown>)[] = [
      (id) => setUserStatus(app, bySystem, id, 'disabled', 'test'),
      (id) => setUserStatus(app, bySystem, id, 'deleted', 'test'),
      (id) => transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, id, 'ended_by_administrator')),
    ]
    for (const end of ends) {
      const ann = await visitor(shared())
      await end(ann.id)
      expect(atLogin(await ann.go('/account'))).to.equal(true)
    }
  })

  it('speak the language of the person, unless another one was clicked', async () => {
    const { app } = shared()
    const ann = await visitor(shared())
    await app.db('users').where({ id: ann.id }).update({ locale: 'de-CH' })
    expect(heading(await ann.go('/account'))).to.equal('Ihr Konto')
    expect(heading(await ann.go('/account?ui_locales=en'))).to.equal('Your account')
  })
})

describe('the pages of an account, as time goes by', () => {
  it('SE-03: end with the session, at its idle and at its absolute limit', async () => {
    const { app, clock, issuer } = await stage()
    const ann = await visitor({ app, issuer })
    const day = 24 * 3600
    clock.advance(3 * day - 60)
    expect((await ann.go('/account')).status).to.equal(200)
    clock.advance(61)
    expect(atLogin(await ann.go('/account'))).to.equal(true)

    const bob = await visitor({ app, issuer })
    const party = await relyingParty(app)
    for (let passed = 0; passed < 14; passed += 2) {
      clock.advance(2 * day - 5)
      const begun = await party.begin()
      const until = (url: string) => url.startsWith(party.redirectUri)
      if (passed < 12) await bob.browser.go(begun.url, { until }) // keeps the session in use
    }
    clock.advance(60)
    expect(atLogin(await bob.go('/account'))).to.equal(true)
  })

  it('want a fresh sign-in for what an open session must not be enough for, and then go on', async () => {
    const { app, clock, issuer } = await stage()
    const ann = await visitor({ app, issuer })
    await ann.go('/account/email')
    clock.advance(16 * 60)

    const sent = await ann.browser.submit({ email: 'new@example.com' })
    expect(atLogin(sent)).to.equal(true)
    expect(await app.db('links').select('id')).to.be.empty
    for (const place of ['/account/email', '/account/password', '/account/delete'])
      expect(atLogin(await ann.go(place)), place).to.equal(true)
    expect((await ann.go('/account/profile')).status, 'the profile').to.equal(200)

    await signInAt(ann.browser, `${issuer}/account/email`, `${issuer}/account/email`, ann)
    await ann.go('/account/email')
    const again = await ann.browser.submit({ email: 'new@example.com' })
    expect(again.html).to.include('A link is on its way')
  })
})
