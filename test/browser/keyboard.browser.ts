import { expect } from 'chai'

import { openPage } from './support/chromium.ts'
import { tabTo } from './support/keyboard.ts'
import { signOut, signUp, somebody } from './support/people.ts'

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
