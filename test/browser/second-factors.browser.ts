import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { openAuthenticatorApp } from '../support/authenticator-app.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, fillLogin, signOut, signUp, somebody } from './support/people.ts'
import { plugIn } from './support/virtual-authenticator.ts'

const touchOnly = {
  protocol: 'u2f',
  transport: 'usb',
  hasResidentKey: false,
  hasUserVerification: false,
  isUserVerified: false,
} as const

/** Adds an app to who is signed in; the recovery codes that come with it. */
async function addApp(page: Page, origin: string): Promise<string[]> {
  await page.goto(`${origin}/account/security`)
  await page.getByLabel('Name').fill('Phone')
  await button(page, 'Add an app').click()
  const key = await page.locator('.key').innerText()
  const app = openAuthenticatorApp(key.replaceAll(/\s/g, ''))
  await page.getByRole('textbox', { name: 'Code' }).fill(app.codeAt(new Date()))
  await button(page, 'Turn on').click()
  await page.getByText('The app was added').waitFor()
  return page.locator('.recovery-codes li').allInnerTexts()
}

describe('a second factor, in chromium', () => {
  it('is a security key: a touch after the password', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    const ann = somebody()
    await plugIn(page, touchOnly)
    await signUp(page, origin, ann)
    const tokens = page.url()
    await page.goto(`${origin}/account/passkeys`)
    await button(page, 'Add a security key').click()
    await page.getByText('The security key was added').waitFor()
    await page.goto(tokens)
    await signOut(page)

    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await fillLogin(page, { login: ann.email, password: ann.password })
    await button(page, 'Use your security key').waitFor()
    await inspectPage(page, 'second-factor-key')
    await button(page, 'Use your security key').click()
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
    expect(await page.content()).to.include('urn:gatehouse:acr:mfa')
  })

  it('is a passkey, which comes before an app', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    const ann = somebody()
    const phone = await plugIn(page)
    await signUp(page, origin, ann)
    const tokens = page.url()
    await page.goto(`${origin}/account/passkeys`)
    await button(page, 'Add a passkey').click()
    await page.getByText('The passkey was added').waitFor()
    await addApp(page, origin)
    await phone.consents(false)
    await page.goto(tokens)
    await signOut(page)

    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await fillLogin(page, { login: ann.email, password: ann.password })
    await button(page, 'Use your security key').waitFor()
    await phone.consents(true)
    await button(page, 'Use your security key').click()
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
    expect(await page.content()).to.include('urn:gatehouse:acr:mfa')
  })

  it('is a recovery code, once, without scripts', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage({ javaScript: false })
    const ann = somebody()
    await signUp(page, origin, ann)
    const tokens = page.url()
    const [code = ''] = await addApp(page, origin)
    await page.goto(tokens)
    await signOut(page)

    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await fillLogin(page, { login: ann.email, password: ann.password })
    await page.getByRole('link', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(code)
    await button(page, 'Continue').click()
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()

    await signOut(page)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await fillLogin(page, { login: ann.email, password: ann.password })
    await page.getByRole('link', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(code)
    await button(page, 'Continue').click()
    await page.getByText('This is not right').waitFor()
  })

  it('that is lost is given up after a wait, told of by mail; a passkey is set up in its place', async function () {
    this.timeout(120_000)
    const service = await stage()
    const { page, origin } = await openPage({ at: { origin: service.issuer } })
    const ann = await person(service.app)
    await page.goto(`${origin}/account/security`)
    await fillLogin(page, { login: ann.email, password: ann.password })
    await addApp(page, origin)
    await page.context().clearCookies()

    await page.goto(`${origin}/account`)
    await fillLogin(page, { login: ann.email, password: ann.password })
    await page.getByRole('link', { name: 'I have lost all of these' }).click()
    await inspectPage(page, 'lost-factor')
    await page.locator('button[value=ask]').click()
    await page.getByText('We have your request').waitFor()
    await inspectPage(page, 'lost-factor-asked')

    service.clock.advance(72 * 3600 + 60)
    await page.context().clearCookies()
    await page.goto(`${origin}/account`)
    await fillLogin(page, { login: ann.email, password: ann.password })
    await page.getByRole('link', { name: 'I have lost all of these' }).click()
    await page.locator('button[value=remove]').click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    await page.goto(`${origin}/account/security`)
    await page.getByText('Two-step sign-in is off').waitFor()

    await plugIn(page)
    await page.goto(`${origin}/account/passkeys`)
    await button(page, 'Add a passkey').click()
    await page.getByText('The passkey was added').waitFor()
  })
})
