import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, fillLogin, type Person, somebody } from './support/people.ts'

/** Opens the newest letter of this subject to a person, in the local mailbox, and its link. */
async function openLetter(page: Page, origin: string, { email }: Person, subject: string): Promise<void> {
  const letter = page.getByRole('link').filter({ hasText: email }).filter({ hasText: subject })
  for (let looks = 0; looks < 50; looks++) {
    await page.goto(`${origin}/mailbox`)
    if ((await letter.count()) > 0) break
    await page.waitForTimeout(200) // a letter is written after its page was answered
  }
  await letter.first().click()
  await page.getByRole('link', { name: 'Open its link' }).click()
}

/** From the pages of an account, which ask a stranger to sign in, to a new account with a proven address. */
async function registerAtAccount(page: Page, origin: string, ann: Person): Promise<void> {
  await page.goto(`${origin}/account`)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Email').fill(ann.email)
  await page.getByLabel('Username').fill(ann.username)
  await page.getByLabel('Password', { exact: true }).fill(ann.password)
  await button(page, 'Create account').click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await openLetter(page, origin, ann, 'Confirm your email address')
  await button(page, 'Confirm').click()
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
}

/** Opens the account, by the form of a sign-in where there is one. */
async function openAccount(page: Page, origin: string, login: string, password: string): Promise<void> {
  await page.goto(`${origin}/account`)
  if (!page.url().endsWith('/account')) await fillLogin(page, { login, password })
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
}

const goTo = (page: Page, label: string) =>
  page
    .getByRole('navigation', { name: 'Your account' })
    .getByRole('link', { name: label, exact: true })
    .click()

describe('somebody and their account, in chromium', () => {
  it('registers, proves the address, changes the password, ends a session, forgets the password, and leaves', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    await page.setViewportSize({ width: 1280, height: 800 })
    const ann = somebody()
    await registerAtAccount(page, origin, ann)
    await openAccount(page, origin, ann.username, ann.password)
    expect(await page.getByText('is not confirmed yet').count()).to.equal(0)

    await goTo(page, 'Password')
    await page.getByLabel('Current password').fill(ann.password)
    await page.getByLabel('New password', { exact: true }).fill('granite song of seven lamps')
    await button(page, 'Change password').click()
    await page.getByText('Your password was changed').waitFor()

    const phone = (await openPage()).page
    await openAccount(phone, origin, ann.email, 'granite song of seven lamps')
    await goTo(page, 'Sessions')
    expect(await page.getByText('This browser', { exact: true }).count()).to.equal(1)
    await button(page, 'Sign out').click()
    await page.getByText('It has no access any more').waitFor()
    expect(await button(page, 'Sign out').count(), 'sessions left besides this one').to.equal(0)
    await phone.reload()
    await phone.getByLabel('Email or username').waitFor()

    await phone.getByRole('link', { name: 'Forgot your password?' }).click()
    await phone.getByLabel('Email or username').fill(ann.email)
    await button(phone, 'Send me a link').click()
    await openLetter(phone, origin, ann, 'Choose a new password')
    await phone.getByLabel('New password', { exact: true }).fill('a third lamp over the harbour')
    await button(phone, 'Save the new password').click()
    await phone.getByRole('heading', { name: 'Your password is changed' }).waitFor()
    await page.reload()
    await page.getByLabel('Email or username').waitFor()

    await openAccount(phone, origin, ann.username, 'a third lamp over the harbour')
    await phone.setViewportSize({ width: 1280, height: 800 })
    await goTo(phone, 'Delete account')
    await phone.getByLabel('I want to delete my account.').check()
    await button(phone, 'Delete my account').click()
    await phone.getByRole('heading', { name: 'You are signed out everywhere' }).waitFor()
    await phone.goto(`${origin}/account`)
    await fillLogin(phone, { login: ann.email, password: 'a third lamp over the harbour' })
    await phone.getByText('This account is going to be deleted').waitFor()

    await openLetter(phone, origin, ann, 'deleted')
    await button(phone, 'Keep my account').click()
    await phone.getByRole('link', { name: 'Sign in' }).click()
    await fillLogin(phone, { login: ann.email, password: 'a third lamp over the harbour' })
    await phone.getByRole('heading', { name: 'Your account' }).waitFor()
  })

  it('finds every page good to read and to use, on phone and desktop, light and dark', async function () {
    this.timeout(240_000)
    const { page, origin } = await openPage()
    const ann = somebody()
    await registerAtAccount(page, origin, ann)
    await openAccount(page, origin, ann.username, ann.password)
    for (const place of [
      '',
      '/profile',
      '/email',
      '/password',
      '/sessions',
      '/apps',
      '/events',
      '/data',
      '/delete',
    ]) {
      await page.goto(`${origin}/account${place}`)
      await inspectPage(page, `account${place.replace('/', '-')}`)
    }
    await page.goto(`${origin}/account/events`)
    await page.getByRole('link', { name: 'This was not me' }).first().click()
    await page.getByRole('heading', { name: 'Was this not you?' }).waitFor()
    await inspectPage(page, 'account-disown')
    await button(page, 'This was not me').click()
    await page.getByRole('heading', { name: 'That sign-in is over' }).waitFor()
    await inspectPage(page, 'account-disowned')
  })

  it('needs no scripts', async () => {
    const { page, origin } = await openPage({ javaScript: false })
    const ann = somebody()
    await registerAtAccount(page, origin, ann)
    await openAccount(page, origin, ann.username, ann.password)
    await page.goto(`${origin}/account/profile`)
    await page.getByLabel('First name').fill('Ann')
    await button(page, 'Save').click()
    await page.getByText('Your profile was saved.').waitFor()
    expect(await page.getByLabel('First name').inputValue()).to.equal('Ann')
  })
})
