import { expect } from 'chai'

import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { forms, plainText, shownClaim, signedIn } from './support.ts'

describe('the demo against forged requests', () => {
  it('refuses a form without the token of this visit and changes nothing', async () => {
    const { app, issuer } = await stage()
    const { browser, landing } = await signedIn(issuer, await person(app))

    const refused = await browser.submit({ csrf: 'guessed' }, { form: forms.refresh })
    const after = await browser.go(`${issuer}/demo`)

    expect(refused.status).to.equal(403)
    expect(plainText(refused.html)).to.include('This page was open for too long')
    expect(shownClaim(after.html, 'access-token', 'jti')).to.equal(
      shownClaim(landing.html, 'access-token', 'jti'),
    )
  })

  it('refuses the form of another person’s visit', async () => {
    const { app, issuer } = await stage()
    const ann = await signedIn(issuer, await person(app))
    const bob = await signedIn(issuer, await person(app))
    const tokenOfBob = /name="csrf" value="([^"]+)"/.exec(bob.landing.html)?.[1] ?? ''

    const refused = await ann.browser.submit({ csrf: tokenOfBob }, { form: forms.signOut })

    expect(refused.status).to.equal(403)
  })

  it('refuses a form that another site sent', async () => {
    const { app, issuer } = await stage()
    const { browser } = await signedIn(issuer, await person(app))

    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const refused = await browser.submit({}, { form: forms.signOut, headers })

    expect(refused.status).to.equal(403)
    expect((await browser.go(`${issuer}/demo`)).html).to.include('Signed in to')
  })

  it('refuses an answer that belongs to no sign-in of this browser, without showing its text', async () => {
    const { issuer } = await stage()
    const answer = '/demo/callback?state=x&error=access_denied&error_description=Call+555-1234'

    const page = await openBrowser().go(`${issuer}${answer}`)

    expect(page.status).to.equal(400)
    expect(plainText(page.html)).to.include('belongs to another sign-in').and.not.include('555')
  })

  it('goes on with a sign-in that a forged answer tried to end', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const browser = openBrowser()
    const login = await browser.go(`${issuer}/demo/sign-in/demo`)
    const forged = await browser.go(`${issuer}/demo/callback?state=x&code=x`)
    expect(forged.status).to.equal(400)

    await browser.go(login.url)
    const landing = await browser.submit({ login: ann.email, password: ann.password })

    expect(shownClaim(landing.html, 'id-token', 'sub')).to.equal(ann.id)
  })

  it('says that nobody is signed in when a form comes without a visit', async () => {
    const { app, issuer } = await stage()
    const { browser } = await signedIn(issuer, await person(app))
    browser.clearCookies()

    const refused = await browser.submit({}, { form: forms.call })

    expect(refused.status).to.equal(400)
    expect(plainText(refused.html)).to.include('session_expired')
  })
})
