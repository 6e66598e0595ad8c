import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { stage } from '../../support/stage.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { cookieHeader, eventually } from '../tokens/requests.ts'
import { askFor, deviceClient, enter, letIn, poll, toConfirmation } from './device.ts'

const wrong = 'BCD-FGH-JKL'
const address = (n: number): Record<string, string> => ({ 'x-forwarded-for': `192.0.2.${n}` })

describe('RFC 8628, section 5.1: guessing user codes', () => {
  const variables = { TRUST_PROXY: '127.0.0.1' }

  /** A browser that tries from a network of its own. */
  async function guesser(issuer: string, from: number) {
    const browser = openBrowser()
    await browser.go(`${issuer}/device`)
    return (userCode: string) => browser.submit({ user_code: userCode }, { headers: address(from) })
  }

  it('DV-01: one session may be wrong five times; then a right code is refused too, and the page says what to do', async () => {
    const { app, issuer } = await stage({ variables })
    const shown = await askFor(issuer, await deviceClient(app))
    const guess = await guesser(issuer, 1)
    for (let tries = 0; tries < 5; tries++) {
      const landing = await guess(wrong)
      expect([landing.status, landing.html.includes('No device shows this code')]).to.deep.equal([200, true])
    }
    for (const code of [wrong, shown.userCode]) {
      const landing = await guess(code)
      expect(landing.status).to.equal(429)
      expect(Number(landing.headers.get('retry-after'))).to.be.within(1, 600)
      expect(landing.html).to.include('Too many codes were tried')
    }
  })

  it('DV-01: many sessions of one network may be wrong twenty times, at once or one by one', async () => {
    const { issuer } = await stage({ variables })
    const guessers = await Promise.all(Array.from({ length: 30 }, () => guesser(issuer, 2)))
    const statuses = (await Promise.all(guessers.map((guess) => guess(wrong)))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).to.have.lengthOf(20)
    expect(statuses.filter((status) => status === 429)).to.have.lengthOf(10)
    expect((await (await guesser(issuer, 2))(wrong)).status).to.equal(429)
    expect((await (await guesser(issuer, 3))(wrong)).status, 'another network').to.equal(200)
  })

  it('DV-01: strangers of all networks share one count over all replicas, which does not hold up who is signed in', async () => {
    const { app, issuer, replica } = await stage({ variables })
    const ann = await person(app)
    const client = await deviceClient(app)
    const { browser } = await letIn(issuer, await askFor(issuer, client), ann)
    const other = await replica()
    for (let n = 0; n < 300; n++) await other.app.limits.take('user-code-strangers', 'all')

    expect((await (await guesser(issuer, 4))(wrong)).status).to.equal(429)
    const shown = await askFor(issuer, client)
    expect((await enter(browser, issuer, shown.userCode)).html).to.include(shown.userCode)
  })

  it('DV-01: who is signed in is counted by person, whatever session they take', async () => {
    const { app, issuer } = await stage({ variables })
    const ann = await person(app)
    const client = await deviceClient(app)
    for (let tries = 0; tries < 6; tries++) {
      const { browser } = await letIn(issuer, await askFor(issuer, client), ann)
      await browser.go(`${issuer}/device`)
      const landing = await browser.submit({ user_code: wrong }, { headers: address(10 + tries) })
      expect(landing.status).to.equal(tries < 5 ? 200 : 429)
    }
  })

  it('right codes are not counted', async () => {
    const { app, issuer } = await stage({ variables })
    const ann = await person(app)
    const client = await deviceClient(app)
    const browser = openBrowser()
    for (let times = 0; times < 7; times++) {
      const { landing } = await letIn(issuer, await askFor(issuer, client), ann, browser)
      expect(landing.html).to.include('Your device is signed in')
    }
  })

  it('a network cannot make codes without end', async () => {
    const { app, issuer } = await stage({ variables })
    const client = await deviceClient(app)
    for (let n = 0; n < 99; n++) await app.limits.take('device-authorization', '127.0.0.1')
    await askFor(issuer, client)
    const refused = await fetch(`${issuer}/device_authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: client.clientId }),
    })
    expect(refused.status).to.equal(429)
    expect(refused.headers.get('retry-after')).to.match(/^\d+$/)
    expect(await refused.json()).to.include({ error: 'temporarily_unavailable' })
  })
})

describe('RFC 8628, section 3.3: who types a user code', () => {
  const fixture = sharedStage()

  it('DV-04: an address with the code in it only fills in the form: nothing is let in without a sign-in and a yes', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app, { firstParty: true })
    const { browser } = await letIn(issuer, await askFor(issuer, client), ann)
    const shown = await askFor(issuer, client)

    const filled = await browser.go(shown.complete)
    expect(filled.html).to.include(`value="${shown.userCode}"`)
    expect(filled.html).not.to.match(/<script(?! src)/)
    expect((await poll(issuer, client, shown)).body.error).to.equal('authorization_pending')

    const asked = await browser.submit({ user_code: shown.userCode })
    expect(asked.url).to.match(/\/interaction\/[^/]+\/consent$/)
    for (const told of [
      shown.userCode,
      'Living room',
      ann.email,
      '127.0.0.1',
      'Did somebody send you this code',
    ])
      expect(asked.html, told).to.include(told)
    const [form] = browser.forms()
    expect(form?.fields.csrf).to.be.a('string').and.not.equal('')
    const forged = await browser.submit({ csrf: 'forged', decision: 'approve' })
    expect(forged.status).to.equal(403)
    await browser.go(asked.url)
    expect((await browser.submit({ decision: 'approve' })).html).to.include('Your device is signed in')
  })

  it('DV-04: what the device said of itself is shown as text, and nothing else of its address is repeated', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const agent = 'Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0'
    const reply = await fetch(`${issuer}/device_authorization`, {
      method: 'POST',
      headers: { 'user-agent': agent },
      body: new URLSearchParams({ client_id: client.clientId, scope: 'openid' }),
    })
    const { user_code: userCode } = (await reply.json()) as { user_code: string }
    const landing = await toConfirmation(openBrowser(), issuer, userCode, await person(app))
    expect(landing.html).to.match(/Firefox.*Windows/s)
    const odd = await openBrowser().go(`${issuer}/device?user_code=%22%3E%3Cb%3E`)
    expect(odd.html).not.to.include('<b>')
    expect(odd.html).to.include('value=""')
  })

  it('DV-04: a form of another session is refused', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    const [victim, attacker] = [openBrowser(), openBrowser()]
    await attacker.go(`${issuer}/device`)
    await victim.go(`${issuer}/device`)
    const { xsrf = '' } = attacker.forms()[0]?.fields ?? {}
    const landing = await victim.submit({ user_code: shown.userCode, xsrf })
    expect(landing.status).to.equal(400)
    expect(landing.html).to.include('Enter the code again')
    const twice = new URLSearchParams([
      ['user_code', shown.userCode],
      ['user_code', 'x'],
      ['xsrf', xsrf],
    ])
    const doubled = await fetch(`${issuer}/device`, {
      method: 'POST',
      body: twice,
      headers: cookieHeader(attacker),
    })
    expect(doubled.status).to.equal(400)
  })

  it('a browser without cookies gets a form that works', async () => {
    const { app, issuer } = fixture()
    const { userCode } = await askFor(issuer, await deviceClient(app))
    for (const lose of ['before the form', 'on the way back'] as const) {
      const browser = openBrowser()
      await browser.go(`${issuer}/device`)
      browser.clearCookies()
      const landing =
        lose === 'before the form'
          ? await browser.submit({ user_code: userCode })
          : await browser.go(`${issuer}/device/nothing`)
      expect(landing.status, lose).to.equal(400)
      expect(landing.html).to.include('Enter the code again')
      const next = await browser.submit({ user_code: wrong })
      expect([next.status, next.html.includes('No device shows this code')]).to.deep.equal([200, true])
    }
    expect((await enter(openBrowser(), issuer, userCode)).url).to.match(/\/login$/)
  })

  it('max_age=0 asks for a fresh sign-in; if somebody else signs in, the device is shown to them, and is theirs', async () => {
    const { app, issuer } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const client = await deviceClient(app)
    const { browser } = await letIn(issuer, await askFor(issuer, client), ann)
    const shown = await askFor(issuer, client, { max_age: '0' })
    // Within the second of the sign-in it is fresh enough.
    await eventually(async () => (await enter(browser, issuer, shown.userCode)).url.endsWith('/login'))
    const other = await browser.submit({ login: bob.email, password: bob.password })
    expect(other.html).to.include('/logout/confirm')
    const asked = await browser.submit({}) // a page that sends itself
    expect(asked.html).to.include(bob.email).and.not.include(ann.email)
    expect((await browser.submit({ decision: 'approve' })).html).to.include('Your device is signed in')
    const { body } = await poll(issuer, client, shown)
    expect(decodeJwt(String(body.access_token)).sub).to.equal(bob.id)
  })

  it('a code belongs to the browser that typed it first; that one may come back to it', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const client = await deviceClient(app)
    const shown = await askFor(issuer, client)
    const [first, second] = [openBrowser(), openBrowser()]
    expect((await enter(first, issuer, shown.userCode)).url).to.match(/\/login$/)
    expect((await enter(second, issuer, shown.userCode)).html).to.include('This code was used')
    const { landing } = await letIn(issuer, shown, ann, first)
    expect(landing.html).to.include('Your device is signed in')
    expect((await enter(first, issuer, shown.userCode)).html).to.include('This code was used')
    expect((await poll(issuer, client, shown)).status).to.equal(200)
  })

  it('of two browsers that type a code at the same moment, one gets it', async () => {
    const { app, issuer, replica } = fixture()
    const client = await deviceClient(app)
    const { origin } = await replica()
    for (let round = 0; round < 3; round++) {
      const shown = await askFor(issuer, client)
      const browsers = [openBrowser(), openBrowser()]
      await browsers[0]?.go(`${issuer}/device`)
      await browsers[1]?.go(`${origin}/device`)
      const landings = await Promise.all(
        browsers.map((browser) => browser.submit({ user_code: shown.userCode })),
      )
      expect(landings.filter(({ url }) => url.endsWith('/login'))).to.have.lengthOf(1)
    }
  })

  it('a yes counts for the person who said it, not for who signs in afterwards', async () => {
    const { app, issuer } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const client = await deviceClient(app, { firstParty: true })
    const shown = await askFor(issuer, client)
    const browser = openBrowser()
    const atAnn = await toConfirmation(browser, issuer, shown.userCode, ann)
    const kept = browser.cookies().map((cookie) => ({ ...cookie }))
    expect(atAnn.html).to.include(ann.email)

    // The same pages, with the browser's session taken over by somebody else.
    const other = openBrowser()
    await letIn(issuer, await askFor(issuer, client), bob, other)
    const session = other.cookies().filter(({ path }) => path === '/')
    browser.setCookies([...kept.filter(({ path }) => path !== '/'), ...session])
    const landing = await browser.submit({ decision: 'approve' })

    expect(landing.html).not.to.include('Your device is signed in')
    expect((await poll(issuer, client, shown)).body.error).to.equal('authorization_pending')
  })

  it('a level that the client demands is reached before the device is shown', async () => {
    const { app, issuer } = await stage()
    const client = await deviceClient(app)
    await changeSetting(app, bySystem, 'mfa.policy', 'required')
    const landing = await toConfirmation(
      openBrowser(),
      issuer,
      (await askFor(issuer, client)).userCode,
      await person(app),
    )
    expect(landing.url).to.match(/\/enrol/)
  })

  it('speaks German to who wants it', async () => {
    const { app, issuer } = fixture()
    const client = await deviceClient(app)
    const browser = openBrowser()
    const shown = await askFor(issuer, client, { ui_locales: 'de' })
    expect((await browser.go(`${issuer}/device?ui_locales=de`)).html).to.include('Ein Gerät verbinden')
    const landing = await toConfirmation(browser, issuer, shown.userCode, await person(app))
    expect(landing.html).to.include('Hat Ihnen jemand diesen Code oder Link geschickt?')
  })
})
