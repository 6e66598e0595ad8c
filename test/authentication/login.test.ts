import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

/** A service, a person, a client, and a browser in front of the sign-in form. */
async function atLogin() {
  const { app, issuer, clock } = await stage()
  const ann = await person(app)
  const client = await relyingParty(app)
  const browser = openBrowser()
  const begun = await client.begin()
  const landing = await browser.go(begun.url)
  const until = (url: string) => url.startsWith(client.redirectUri)
  return { app, issuer, clock, ann, client, browser, begun, landing, until }
}

describe('the sign-in form', () => {
  it('takes the username as well as the e-mail address, in any case', async () => {
    const { ann, client, browser, begun, until } = await atLogin()
    const landing = await browser.submit(
      { login: ann.username.toUpperCase(), password: ann.password },
      { until },
    )
    expect((await client.finish(begun, landing.url)).claims()).to.include({ sub: ann.id })
  })

  it('says one and the same about a wrong password and an unknown person, and keeps what was typed', async () => {
    const { ann, browser } = await atLogin()

    const wrong = await browser.submit({ login: ann.email, password: 'not the password at all' })
    const unknown = await browser.submit({ login: 'nobody@example.com', password: 'not the password at all' })

    expect([wrong.status, unknown.status]).to.deep.equal([401, 401])
    expect(wrong.html).to.include('The email, username or password is not right')
    expect(wrong.html).to.include(`value="${ann.email}"`)
    const same = (html: string) => html.replaceAll(ann.email, 'X').replaceAll('nobody@example.com', 'X')
    expect(same(unknown.html)).to.equal(same(wrong.html))
    expect(wrong.html).not.to.include('not the password at all')
  })

  it('tells that the account is turned off only to who knows the password', async () => {
    const { app, ann, browser } = await atLogin()
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'left')

    const guess = await browser.submit({ login: ann.email, password: 'not the password at all' })
    const known = await browser.submit({ login: ann.email, password: ann.password })

    expect(guess.status).to.equal(401)
    expect(guess.html).to.include('is not right')
    expect(known.status).to.equal(403)
    expect(known.html).to.include('has been turned off')
  })

  it('asks for both fields before it looks anything up', async () => {
    const { browser } = await atLogin()
    const landing = await browser.submit({ login: '', password: '' })
    expect(landing.status).to.equal(400)
    expect(landing.html).to.include('Enter your email or username and your password')
  })

  it('is refused when another site sent it (LG-11)', async () => {
    const { ann, browser } = await atLogin()
    const fields = { login: ann.email, password: ann.password }
    const crossSite = await browser.submit(fields, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(crossSite.status).to.equal(403)
  })

  it('is refused with another origin, where the browser is too old to say more', async () => {
    const { ann, browser } = await atLogin()
    const headers = { origin: 'https://evil.test', 'sec-fetch-site': '' }
    const landing = await browser.submit({ login: ann.email, password: ann.password }, { headers })
    expect(landing.status).to.equal(403)
  })

  it('is shown again when its token is not the one of this sign-in', async () => {
    const { ann, browser } = await atLogin()
    const landing = await browser.submit({ csrf: 'A'.repeat(43), login: ann.email, password: ann.password })
    expect(landing.status).to.equal(403)
    expect(landing.html).to.include('open for too long')
  })

  it('works only in the browser that began (AZ-13)', async () => {
    const { landing } = await atLogin()
    const other = await openBrowser().go(landing.url)
    expect(other.status).to.equal(400)
    expect(other.html).to.include('This sign-in has ended')
  })

  it('cannot be skipped by going straight to a later step (AZ-15)', async () => {
    const { browser, landing } = await atLogin()
    const consent = await browser.go(landing.url.replace(/login$/, 'consent'))
    expect(consent.url).to.match(/\/login$/)
    const start = await browser.go(landing.url.replace(/\/login$/, ''))
    expect(start.url).to.match(/\/login$/)
  })

  it('gives up at the press of cancel and tells the client', async () => {
    const { browser, until } = await atLogin()
    const landing = await browser.submit({}, { form: 2, until })
    expect(new URL(landing.url).searchParams.get('error')).to.equal('access_denied')
  })

  it('speaks the language the client or the browser asks for', async () => {
    const { client } = await atLogin()
    const begun = await client.begin({ ui_locales: 'de' })
    const landing = await openBrowser().go(begun.url)
    expect(landing.html).to.include('<html lang="de">')
  })

  it('fills in the hint of the client', async () => {
    const { client } = await atLogin()
    const begun = await client.begin({ login_hint: 'bob@example.com"><script>' })
    const landing = await openBrowser().go(begun.url)
    expect(landing.html).to.include('bob@example.com&#34;&gt;&lt;script&gt;')
  })

  it('asks again after max_age, and the ID token says when', async () => {
    const { ann, client, clock } = await atLogin()
    const first = await client.signIn(ann)
    clock.advance(5)
    await new Promise((resolve) => setTimeout(resolve, 2100))
    const again = await client.begin({ max_age: '1' })
    const landing = await first.browser.go(again.url)
    expect(landing.url).to.match(/\/login$/)
    expect(landing.html).to.include(`value="${ann.email}"`)
  })

  it('is not shown where somebody is signed in, and prompt=none says login_required where nobody is', async () => {
    const { ann, client } = await atLogin()
    const { browser } = await client.signIn(ann)
    const begun = await client.begin({ prompt: 'none' })
    const until = (url: string) => url.startsWith(client.redirectUri)
    const silent = await browser.go(begun.url, { until })
    expect(new URL(silent.url).searchParams.has('code')).to.equal(true)
    const stranger = await openBrowser().go(begun.url, { until })
    expect(new URL(stranger.url).searchParams.get('error')).to.equal('login_required')
  })

  it('asks who it is when the signed-in person has been disabled since', async () => {
    const { app, ann, client } = await atLogin()
    const { browser } = await client.signIn(ann)
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'left')
    const begun = await client.begin()
    const landing = await browser.go(begun.url)
    expect(landing.url).to.match(/\/login$/)
  })

  it('writes down failures and successes, and nothing of what was typed', async () => {
    const { app, ann, browser, until } = await atLogin()
    await browser.submit({ login: 'my password by mistake', password: 'x' })
    await browser.submit({ login: ann.email, password: 'x' })
    await browser.submit({ login: ann.email, password: ann.password }, { until })

    const records = await app
      .db('audit_records')
      .select<{ action: string; outcome: string; actor_id: string | null; details: object | null }[]>([
        'action',
        'outcome',
        'actor_id',
        'details',
      ])
      .whereLike('action', 'sign_in.%')
      .orderBy('id')
    expect(records.map(({ action, outcome, actor_id }) => [action, outcome, actor_id])).to.deep.equal([
      ['sign_in.failed', 'failure', null],
      ['sign_in.failed', 'failure', null],
      ['sign_in.succeeded', 'success', ann.id],
    ])
    expect(JSON.stringify(records)).not.to.include('my password')
    const [ofNobody, ofAnn] = records.map(({ details }) => details)
    expect(ofNobody).to.have.keys('identifier')
    expect(ofAnn, 'what her erasure could not remove').to.equal(null)
  })
})
