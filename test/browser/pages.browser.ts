import type { Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, fillLogin, signUp, somebody } from './support/people.ts'

/** Signed up at the demo, with its tokens in front. */
async function signedUp(): Promise<{ page: Page; origin: string }> {
  const opened = await openPage()
  await signUp(opened.page, opened.origin, somebody())
  return opened
}

describe('every page, on phone and desktop, light and dark, holds up to axe:', () => {
  it('home', async () => {
    const { page, origin } = await openPage()
    await page.goto(origin)
    await inspectPage(page, 'home')
  })

  it('the sample applications', async () => {
    const { page, origin } = await openPage()
    await page.goto(`${origin}/demo`)
    await inspectPage(page, 'demo')
  })

  it('sign-in, and sign-in after a wrong password', async () => {
    const { page, origin } = await openPage()
    await page.goto(`${origin}/demo/sign-in/demo`)
    await inspectPage(page, 'login')
    await fillLogin(page, { login: 'nobody@example.com', password: 'not the password' })
    await page.getByText('is not right').waitFor()
    await inspectPage(page, 'login-wrong')
  })

  it('registration, and registration with details that are not good', async () => {
    const { page, origin } = await openPage()
    await page.goto(`${origin}/demo/sign-in/demo`)
    await page.getByRole('link', { name: 'Create an account' }).click()
    await inspectPage(page, 'register')
    await page.getByLabel('Email').fill('ann@example.com')
    await page.getByLabel('Username').fill('a')
    await page.getByLabel('Password', { exact: true }).fill('password1234')
    await button(page, 'Create account').click()
    await page.getByText('Some details need another look').waitFor()
    await inspectPage(page, 'register-wrong')
  })

  it('consent, and the application that was declined', async () => {
    const { page, origin } = await signedUp()
    await page.goto(`${origin}/demo/sign-in/partner`)
    await page.getByRole('heading', { name: 'Let Demo partner use your account?' }).waitFor()
    await inspectPage(page, 'consent')
    await button(page, 'Don’t allow').click()
    await page.getByText('You did not allow').waitFor()
    await inspectPage(page, 'demo-error')
  })

  it('the tokens, with a reply of the API', async () => {
    const { page } = await signedUp()
    await inspectPage(page, 'demo-signed-in')
    await button(page, 'Call /users/me').click()
    await page.getByText('Status 200').waitFor()
    for (const summary of await page.getByText('Show as JSON').all()) await summary.click()
    await inspectPage(page, 'demo-reply')
    await button(page, 'Refresh tokens').click()
    await page.getByText('The tokens were refreshed.').waitFor()
    await inspectPage(page, 'demo-refreshed')
  })

  it('sign-out, asked and done', async () => {
    const { page, origin } = await signedUp()
    await page.goto(`${origin}/logout`)
    await inspectPage(page, 'logout')
    await button(page, 'Sign out').click()
    await page.getByText('You are signed out').first().waitFor()
    await inspectPage(page, 'logged-out')
  })

  it('a sign-in that has ended', async () => {
    const { page, origin } = await openPage()
    await page.goto(`${origin}/interaction/long-gone/login`)
    await inspectPage(page, 'expired')
  })

  it('a request that no client may make, and an address where nothing is', async () => {
    const { page, origin } = await openPage()
    await page.goto(`${origin}/authorize?client_id=nobody&response_type=code`)
    await inspectPage(page, 'error')
    await page.goto(`${origin}/nothing-here`)
    await inspectPage(page, 'not-found')
  })
})
