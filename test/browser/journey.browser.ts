import { expect } from 'chai'

import { openPage } from './support/chromium.ts'
import { button, fillLogin, signOut, signUp, somebody } from './support/people.ts'

describe('a newcomer in chromium', () => {
  it('signs up, signs out, and signs in again by username', async () => {
    const { page, origin } = await openPage()
    const ann = somebody()
    await signUp(page, origin, ann)
    await signOut(page)

    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await fillLogin(page, { login: ann.username, password: ann.password })

    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
    expect(await page.getByRole('region', { name: 'ID token', exact: true }).innerText()).to.include(
      ann.email,
    )
  })

  it('declines somebody else’s application, then allows it, and is not asked again', async () => {
    const { page, origin } = await openPage()
    await signUp(page, origin, somebody())
    const toPartner = () => page.goto(`${origin}/demo/sign-in/partner`)

    await toPartner()
    await button(page, 'Don’t allow').click()
    await page.getByText('You did not allow the app to use your account').waitFor()

    await toPartner()
    await page.getByText('See your email address').waitFor()
    await button(page, 'Allow').click()
    await page.getByRole('heading', { name: 'Signed in to Demo partner' }).waitFor()

    await toPartner()
    await page.getByRole('heading', { name: 'Signed in to Demo partner' }).waitFor()
    expect(page.url()).to.equal(`${origin}/demo`)
  })

  it('refreshes the tokens, calls the API and signs out', async () => {
    const { page, origin } = await openPage()
    const ann = somebody()
    await signUp(page, origin, ann)
    const accessToken = page.getByRole('region', { name: 'Access token', exact: true })
    const before = await accessToken.innerText()

    await button(page, 'Refresh tokens').click()
    await page.getByText('The tokens were refreshed.').waitFor()
    expect(await accessToken.innerText()).not.to.equal(before)

    await button(page, 'Call /users/me').click()
    await page.getByText('Status 200').waitFor()
    expect(await page.getByRole('region', { name: 'Reply of the API', exact: true }).innerText()).to.include(
      ann.username,
    )

    await signOut(page)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await page.getByLabel('Email or username').waitFor()
  })

  it('hears kindly of a wrong password and need not type the login again', async () => {
    const { page, origin } = await openPage()
    const ann = somebody()
    await signUp(page, origin, ann)
    await signOut(page)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()

    await fillLogin(page, { login: ann.username, password: 'not the password' })
    await page.getByText('The email, username or password is not right.').waitFor()
    expect(await page.getByLabel('Email or username').inputValue()).to.equal(ann.username)
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).to.equal('')
    expect(await page.locator(':focus').getAttribute('name')).to.equal('password')

    await page.keyboard.type(ann.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
  })

  it('can look at the password before sending it', async () => {
    const { page, origin } = await openPage()
    await page.goto(`${origin}/demo/sign-in/demo`)
    const password = page.getByLabel('Password', { exact: true })
    await password.fill('seen')

    await button(page, 'Show password').click()
    expect(await password.getAttribute('type')).to.equal('text')
    await button(page, 'Hide password').click()
    expect(await password.getAttribute('type')).to.equal('password')
  })

  it('reads German when the browser asks for it', async () => {
    const { page, origin } = await openPage({ language: 'de-DE' })

    await page.goto(`${origin}/demo/sign-in/demo`)

    expect(await page.locator('html').getAttribute('lang')).to.equal('de')
    await page.getByLabel('Passwort', { exact: true }).waitFor()
  })
})
