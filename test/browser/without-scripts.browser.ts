import { openPage } from './support/chromium.ts'
import { button, fillLogin, signOut, signUp, somebody } from './support/people.ts'

describe('with scripts turned off', () => {
  it('a newcomer signs up, agrees, refreshes, calls the API, signs out and in again', async () => {
    const { page, origin } = await openPage({ javaScript: false })
    const ann = somebody()
    await signUp(page, origin, ann)
    await page.goto(`${origin}/demo/sign-in/partner`)
    await button(page, 'Allow').click()
    await page.getByRole('heading', { name: 'Signed in to Demo partner' }).waitFor()
    await button(page, 'Refresh tokens').click()
    await page.getByText('The tokens were refreshed.').waitFor()
    await button(page, 'Call /users/me').click()
    await page.getByText('Status 200').waitFor()
    await signOut(page)

    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await fillLogin(page, { login: ann.email, password: ann.password })

    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
  })
})
