import { expect } from 'chai'

import { bySystem } from '../../src/platform/app.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { forgetDevices } from '../../src/features/devices/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { atLogin, heading, visitor } from '../portal/support.ts'
import { type Browser, openBrowser } from '../support/browser.ts'
import { person, type Person } from '../support/people.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'

const isDevice = ({ name }: { name: string }) => name === 'gatehouse_device'

/** A browser with a copy of another one's cookies, and with what `device` presents as its own in place of the device's. */
function thiefOf(browser: Browser, device: Browser | null): Browser {
  const thief = openBrowser()
  const own = device === null ? [] : device.cookies().filter(isDevice)
  thief.setCookies([...browser.cookies().filter((cookie) => !isDevice(cookie)), ...own])
  return thief
}

/** Opens a request of a client; where it leads without anybody typing anything. */
async function ask(browser: Browser, client: RelyingParty, parameters: Record<string, string> = {}) {
  const { url } = await client.begin({ scope: 'openid', ...parameters })
  return browser.go(url, { until: (next) => next.startsWith(client.redirectUri) })
}

const hasCode = ({ url }: { url: string }) => new URL(url).searchParams.has('code')

const noticedOf = async ({ app }: Pick<Stage, 'app'>, { id }: Person) => {
  const [audited, told] = await Promise.all([
    app
      .db('audit_records')
      .select('outcome', 'reason')
      .where({ action: 'session.foreign_device', target_id: id }),
    app.db('outbox_events').where({ type: 'auth.session.copied', subject: id }),
  ])
  return { audited, told: told.length }
}

const quiet = { audited: [], told: 0 }
const alarm = { audited: [{ outcome: 'denied', reason: 'other_device' }], told: 1 }

/** Ann, signed in at a client in a browser of her own, and Bob in his. */
async function scene() {
  const opened = await stage()
  const client = await relyingParty(opened.app)
  const [ann, bob] = [await person(opened.app), await person(opened.app)]
  const { browser } = await client.signIn(ann)
  const others = await client.signIn(bob)
  return { ...opened, client, ann, bob, browser, bobs: others.browser }
}

describe('a browser session is bound to the device it began on', () => {
  it('(SE-01) opens nothing with the cookie of another device, and its owner hears of it and goes on', async () => {
    const { app, client, ann, bob, browser, bobs } = await scene()
    const thief = thiefOf(browser, bobs)
    expect(atLogin(await ask(thief, client))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)
    expect(await noticedOf({ app }, bob)).to.deep.equal(quiet)
    expect(hasCode(await ask(browser, client))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)
  })

  it('opens nothing with another device of the same person', async () => {
    const { app, client, ann, browser } = await scene()
    const elsewhere = await client.signIn(ann)
    expect(atLogin(await ask(thiefOf(browser, elsewhere.browser), client))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)
    for (const own of [browser, elsewhere.browser]) expect(hasCode(await ask(own, client))).to.equal(true)
  })

  it('asks for a sign-in where the device has lost its cookie, and sends no letter', async () => {
    const { app, client, ann, browser } = await scene()
    const cleared = thiefOf(browser, null)
    expect(atLogin(await ask(cleared, client))).to.equal(true)
    const begun = await client.signIn(ann, { browser: cleared })
    expect(begun.tokens.access_token).to.be.a('string')
    expect(hasCode(await ask(cleared, client))).to.equal(true)
    const audited = [{ outcome: 'denied', reason: 'none_device' }]
    expect(await noticedOf({ app }, ann)).to.deep.equal({ audited, told: 0 })
  })

  it('answers login_required where nobody may be asked', async () => {
    const { app, client, ann, browser, bobs } = await scene()
    const { url } = await ask(thiefOf(browser, bobs), client, { prompt: 'none' })
    expect(new URL(url).searchParams.get('error')).to.equal('login_required')
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)
    expect(hasCode(await ask(browser, client, { prompt: 'none' }))).to.equal(true)
  })

  it('shows no page of the account to a copy, and cannot be signed out by one', async () => {
    const { app, issuer, client, ann, browser, bobs } = await scene()
    expect(atLogin(await thiefOf(browser, bobs).go(`${issuer}/account`))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)

    const thief = thiefOf(browser, bobs)
    const asked = await thief.go(`${issuer}/logout`)
    expect(asked.html).not.to.include(ann.email)
    await thief.submit({})
    expect(hasCode(await ask(browser, client, { prompt: 'none' }))).to.equal(true)
  })

  it('holds before it has reached a client', async () => {
    const { app } = await stage()
    const client = await relyingParty(app, { firstParty: false })
    const [ann, bob] = [await person(app), await person(app)]
    const browser = openBrowser()
    await ask(browser, client)
    await browser.submit({ login: ann.email, password: ann.password })
    const bobs = await (await relyingParty(app)).signIn(bob)
    expect(await app.db('sessions').where({ user_id: ann.id })).to.deep.equal([])
    expect(atLogin(await ask(thiefOf(browser, bobs.browser), client))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)
    const { url } = await ask(browser, client)
    expect(url).to.match(/\/consent$/)
  })

  it('tells its owner once, however often and wherever it is replayed at the same moment', async () => {
    const { app, issuer, client, ann, browser, bobs } = await scene()
    const replays = Array.from({ length: 20 }, async (_, n) => {
      const thief = thiefOf(browser, bobs)
      return n % 2 === 0 ? ask(thief, client) : thief.go(`${issuer}/account`)
    })
    expect((await Promise.all(replays)).every(atLogin)).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(alarm)
  })

  it('is written down again after a minute, and told no more', async () => {
    const { app, client, clock, ann, browser, bobs } = await scene()
    await ask(thiefOf(browser, null), client)
    await ask(thiefOf(browser, bobs), client)
    clock.advance(61)
    await ask(thiefOf(browser, bobs), client)
    const { audited, told } = await noticedOf({ app }, ann)
    expect([audited.length, told]).to.deep.equal([3, 1])
  })

  it('ends for everybody where the operator wants that, yet not for who has lost a cookie', async () => {
    const { app, client, ann, browser, bobs } = await scene()
    await changeSetting(app, bySystem, 'session.on_copied', 'end')
    await ask(thiefOf(browser, null), client)
    expect(hasCode(await ask(browser, client, { prompt: 'none' }))).to.equal(true)

    await Promise.all([1, 2, 3].map(() => ask(thiefOf(browser, bobs), client)))
    expect(atLogin(await ask(browser, client))).to.equal(true)
    expect((await noticedOf({ app }, ann)).told).to.equal(1)
    const ended = await app.db('sessions').select('end_reason').where({ user_id: ann.id })
    expect(ended).to.deep.equal([{ end_reason: 'copied' }])
  })

  it('goes on as it is where it began before devices were kept', async () => {
    const { app, client, browser, bobs } = await scene()
    await app.db.raw(`update oidc_payloads set payload = payload - 'device' where model = 2`)
    expect(hasCode(await ask(thiefOf(browser, bobs), client))).to.equal(true)
  })
})

describe('the binding of a session to its device', () => {
  it('stays when its owner proves anew who they are, and is new with a new device', async () => {
    const { app, client, clock, ann, browser } = await scene()
    await client.signIn(ann, { browser, parameters: { prompt: 'login' } })
    expect(hasCode(await ask(browser, client))).to.equal(true)
    const [before] = browser.cookies().filter(isDevice)

    await transaction(app.db, (tx) => forgetDevices(tx, clock.now(), bySystem, ann.id))
    expect(hasCode(await ask(browser, client))).to.equal(true)
    await client.signIn(ann, { browser, parameters: { prompt: 'login' } })
    const [after] = browser.cookies().filter(isDevice)
    expect(after?.value)
      .to.match(/^[\w-]{43}$/)
      .and.not.equal(before?.value)
    expect(hasCode(await ask(browser, client))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(quiet)
  })

  it('lets two people share a browser one after the other, also after a device was forgotten', async () => {
    const { app, client, clock, ann, bob, browser } = await scene()
    await client.signIn(bob, { browser, parameters: { prompt: 'login' } })
    await client.signIn(ann, { browser, parameters: { prompt: 'login' } })
    for (const one of [ann, bob])
      await transaction(app.db, (tx) => forgetDevices(tx, clock.now(), bySystem, one.id))
    await client.signIn(bob, { browser, parameters: { prompt: 'login' } })
    expect(hasCode(await ask(browser, client))).to.equal(true)
    for (const one of [ann, bob]) expect(await noticedOf({ app }, one)).to.deep.equal(quiet)
  })

  it('survives a sign-in in two tabs of a new browser at the same moment', async () => {
    const { app, issuer, client, ann } = await scene()
    const [one, two] = [openBrowser(), openBrowser()]
    for (const tab of [one, two]) expect(atLogin(await ask(tab, client))).to.equal(true)
    const typed = { login: ann.email, password: ann.password }
    const atClient = (url: string) => url.startsWith(client.redirectUri)
    const completed = await two.submit(typed, { until: (url) => url.startsWith(`${issuer}/authorize/`) })
    expect(hasCode(await one.submit(typed, { until: atClient }))).to.equal(true)

    // What the second tab got last stands in the jar of both; the session is the first one's.
    const isSession = ({ name }: { name: string }) => name.startsWith('gatehouse_session')
    const session = one.cookies().filter(isSession)
    two.setCookies([...two.cookies().filter((cookie) => !isSession(cookie)), ...session])
    expect(hasCode(await two.go(completed.url, { until: atClient }))).to.equal(true)
    expect(hasCode(await ask(two, client))).to.equal(true)
    expect(await noticedOf({ app }, ann)).to.deep.equal(quiet)
  })

  it('is shown among what happened in the account', async () => {
    const opened = await stage()
    const { go, browser, ...ann } = await visitor(opened)
    const bob = await visitor(opened)
    await thiefOf(browser, bob.browser).go(`${opened.issuer}/account`)
    const page = await go('/account/events')
    expect(heading(page)).to.equal('Recent activity')
    expect(page.html).to.include('A copy of a session was refused')
    expect(await noticedOf(opened, ann)).to.deep.equal(alarm)
  })
})
