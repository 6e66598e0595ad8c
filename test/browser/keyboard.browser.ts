import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { signOut, signUp, somebody } from './support/people.ts'

/** More stops than any page has. */
const mostStops = 40

/** Tabs until the thing with this accessible name has the focus; whoever has no mouse must get there too. */
async function tabTo(page: Page, name: string): Promise<void> {
  const reached: string[] = []
  for (let stop = 0; stop < mostStops; stop++) {
    const now = await page
      .locator(':focus')
      .first()
      .ariaSnapshot({ timeout: 1_000 })
      .catch(() => '')
    if (now.includes(`"${name}"`)) return
    reached.push(now)
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab did not reach "${name}": ${reached.join(', ')}`)
}

describe('with a keyboard alone', () => {
  it('a person signs in, agrees and signs out', async () => {
    const { page, origin } = await openPage()
    const ann = somebody()
    await signUp(page, origin, ann)
    await signOut(page)

    await page.goto(`${origin}/demo`)
    await tabTo(page, 'Sign in to Demo partner')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
    expect(await page.locator(':focus').getAttribute('name')).to.equal('login')
    await page.keyboard.type(ann.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(ann.password)
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: 'Let Demo partner use your account?' }).waitFor()
    await tabTo(page, 'Allow')
    await page.keyboard.press('Space')
    await page.getByRole('heading', { name: 'Signed in to Demo partner' }).waitFor()

    await tabTo(page, 'Sign out')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
    await tabTo(page, 'Sign out')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sample apps' }).waitFor()
  })
})
