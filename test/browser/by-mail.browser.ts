import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, type Person, signOut, signUp, somebody } from './support/people.ts'
import { type Service, startService } from './support/start-service.ts'

const desktop = { width: 1280, height: 800 }

/** From the demo's first page to where the code is typed. */
async function askForMail(page: Page, origin: string, { email }: Person): Promise<void> {
  await page.setViewportSize(desktop)
  await page.goto(`${origin}/demo`)
  await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
  await page.getByRole('link', { name: 'Email me a sign-in link' }).click()
  await inspectPage(page, 'by-mail-ask')
  await page.setViewportSize(desktop)
  await page.getByLabel('Email or username').fill(email)
  await button(page, 'Email me a sign-in link').click()
  await page.getByLabel('Code from the message').waitFor()
}

/** The newest letter to somebody, in the local mailbox, once it is there. */
async function openLetter(page: Page, origin: string, { email }: Person): Promise<void> {
  const letter = page.getByRole('link').filter({ hasText: 'Sign in to' }).filter({ hasText: email })
  for (let tries = 0; tries < 50; tries++) {
    await page.goto(`${origin}/mailbox`)
    if ((await letter.count()) > 0) break
    await page.waitForTimeout(100)
  }
  await letter.first().click()
  await page.getByRole('region', { name: 'Text' }).waitFor()
}

describe('signing in by mail, in chromium', () => {
  let service: Service

  before(async function () {
    this.timeout(90_000)
    service = await startService()
    service.command(['settings', 'set', 'sign_in.by_mail', 'on'])
  })
  after(() => service.stop())

  it('types the code that is read on another device, where the link says to', async function () {
    this.timeout(60_000)
    const { page, origin } = await openPage({ at: service })
    const ann = somebody()
    await signUp(page, origin, ann)
    await signOut(page)
    await askForMail(page, origin, ann)

    const phone = (await openPage({ at: service })).page
    await openLetter(phone, origin, ann)
    const [code = ''] =
      /\d{4} \d{4}/.exec(await phone.getByRole('region', { name: 'Text' }).innerText()) ?? []
    await phone.locator('#link').click()
    await phone.getByText('on the device where you began').waitFor()
    await inspectPage(phone, 'by-mail-elsewhere')

    await page.getByLabel('Code from the message').fill('0000 0000')
    await button(page, 'Sign in').click()
    await page.getByText('The code is not right').waitFor()
    await inspectPage(page, 'by-mail-wrong')
    await page.setViewportSize(desktop)
    await page.getByLabel('Code from the message').fill(code)
    await button(page, 'Sign in').click()
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
    expect(await page.getByRole('region', { name: 'ID token', exact: true }).innerText()).to.include(
      'urn:gatehouse:acr:mail',
    )
  })

  it('opens the link in the browser that asked', async function () {
    this.timeout(60_000)
    const { page, origin } = await openPage({ at: service })
    const ann = somebody()
    await signUp(page, origin, ann)
    await signOut(page)
    await askForMail(page, origin, ann)

    const tab = await page.context().newPage()
    await openLetter(tab, origin, ann)
    await tab.locator('#link').click()
    await tab.getByText('You opened the link from the message').waitFor()
    await inspectPage(tab, 'by-mail-link')
    await tab.setViewportSize(desktop)
    await button(tab, 'Sign in').click()
    await tab.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
  })
})
