import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, signUp, somebody } from './support/people.ts'
import { type Service, startService } from './support/start-service.ts'

type Look = (page: Page, name: string) => Promise<unknown>

/** The newest text in the local mailbox, read in a page of its own. */
async function textedCode(page: Page, origin: string, look: Look): Promise<string> {
  const mailbox = await page.context().newPage()
  await mailbox.goto(`${origin}/mailbox`)
  await look(mailbox, 'mailbox-with-sms')
  await mailbox.getByRole('link', { name: '+4915112345678' }).first().click()
  await mailbox.getByRole('heading', { name: 'Text message' }).waitFor()
  await look(mailbox, 'mailbox-sms')
  const text = await mailbox.locator('pre').innerText()
  await mailbox.close()
  return /#(\d{6})/.exec(text)?.[1] ?? ''
}

describe('codes by text message, in chromium', () => {
  let service: Service
  before(async function () {
    this.timeout(120_000)
    service = await startService()
    service.command(['settings', 'set', 'sms.allowed_countries', '["+49"]'])
  })
  after(() => service.stop())

  for (const javaScript of [true, false])
    it(`are turned on by the code that was sent, ${javaScript ? 'by keyboard' : 'without scripts'}`, async function () {
      this.timeout(120_000)
      const look: Look = javaScript ? inspectPage : async () => undefined // axe is a script
      const { page, origin } = await openPage({ javaScript, at: service })
      await signUp(page, origin, somebody())
      await page.goto(`${origin}/account/security`)
      await look(page, 'security-offers-sms')
      await page.getByRole('link', { name: 'Add a phone' }).press('Enter')
      await page.getByLabel('Phone number').fill('0151 12345678')
      await button(page, 'Send a code').press('Enter')
      await page.getByText('This is no number of a mobile phone').waitFor()
      await look(page, 'security-sms')
      await page.getByLabel('Phone number').fill('+49 151 12345678')
      await page.getByLabel('Phone number').press('Enter')
      await page.getByText('•••• 78').waitFor()
      await look(page, 'security-code')
      await page.getByLabel('Code').fill(await textedCode(page, origin, look))
      await page.getByLabel('Code').press('Enter')
      await page.getByText('The phone was added').waitFor()
      expect(await page.locator('.recovery-codes li').count()).to.equal(10)
    })
})
