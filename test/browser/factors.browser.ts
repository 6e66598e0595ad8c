import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { type AuthenticatorApp, openAuthenticatorApp } from '../support/authenticator-app.ts'
import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, signUp, somebody } from './support/people.ts'

/** Adds an app at the page of two-step sign-in, by the key that stands under the picture. */
async function addApp(page: Page, origin: string): Promise<AuthenticatorApp> {
  await page.goto(`${origin}/account/security`)
  await page.getByText('Two-step sign-in is off').waitFor()
  await page.getByLabel('Name').fill('Harbour phone')
  await button(page, 'Add an app').click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  const key = await page.locator('.key').innerText()
  const phone = openAuthenticatorApp(key.replaceAll(/\s/g, ''))
  await page.getByRole('textbox', { name: 'Code' }).fill(phone.codeAt(new Date()))
  return phone
}

describe('two-step sign-in, in chromium', () => {
  it('is turned on by an app, shows recovery codes, asks for a code before more is changed, and is turned off', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    await signUp(page, origin, somebody())
    await page.goto(`${origin}/account/security`)
    await inspectPage(page, 'security-off')
    const phone = await addApp(page, origin)
    await inspectPage(page, 'security-app')
    await button(page, 'Turn on').click()
    await page.getByText('The app was added').waitFor()
    expect(await page.locator('.recovery-codes li').count()).to.equal(10)
    await inspectPage(page, 'security-codes')
    await page.getByRole('link', { name: 'I have kept them' }).click()
    // The session is from before: whoever has an app signs in with it. The code that turned it on is used up.
    await page.getByRole('textbox', { name: 'Code' }).fill(phone.codeAt(new Date(), 1))
    await button(page, 'Continue').click()
    await page.getByRole('heading', { name: 'Harbour phone' }).waitFor()
    await inspectPage(page, 'security')
    await button(page, 'Remove').click()
    await page.getByRole('heading', { name: 'Remove Harbour phone?' }).waitFor()
    await inspectPage(page, 'security-remove')
    await button(page, 'Remove').click()
    await page.getByText('Two-step sign-in is off').waitFor()
  })

  it('needs no scripts', async () => {
    const { page, origin } = await openPage({ javaScript: false })
    await signUp(page, origin, somebody())
    await addApp(page, origin)
    await page.getByRole('textbox', { name: 'Code' }).press('Enter')
    await page.getByText('The app was added').waitFor()
    expect(await page.locator('.recovery-codes li').count()).to.equal(10)
  })
})
