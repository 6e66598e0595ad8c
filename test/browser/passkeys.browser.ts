import { expect } from 'chai'

import { until } from '../support/process.ts'
import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, signOut, signUp, somebody } from './support/people.ts'
import { plugIn } from './support/virtual-authenticator.ts'

describe('passkeys, in chromium', () => {
  it('are made, sign in by the button and by what the browser offers, and are deleted', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    await page.setViewportSize({ width: 1280, height: 800 })
    const phone = await plugIn(page)
    await signUp(page, origin, somebody())
    const tokens = page.url()

    await page.goto(`${origin}/account/passkeys`)
    await page.getByText('You have no passkeys or security keys yet').waitFor()
    expect(await page.getByText('cannot make passkeys').isVisible()).to.equal(false)
    await page.locator('#name').fill('Harbour phone')
    await button(page, 'Add a passkey').click()
    await page.getByText('The passkey was added').waitFor()
    await page.getByRole('heading', { name: 'Harbour phone' }).waitFor()
    await inspectPage(page, 'passkeys')

    await button(page, 'Add a passkey').click()
    await page.getByText('this device may have one for your account already').waitFor()

    await phone.consents(false)
    await page.goto(tokens)
    await signOut(page)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await button(page, 'Sign in with a passkey').waitFor()
    await inspectPage(page, 'login-passkey')
    await phone.consents(true)
    await button(page, 'Sign in with a passkey').click()
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
    expect(await page.content()).to.include('urn:gatehouse:acr:mfa')

    await signOut(page)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    // Nothing is pressed: the person picks what the browser offers in the field.
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()

    await page.goto(`${origin}/account/passkeys`)
    await button(page, 'Delete').click()
    await page.getByText('The passkey was deleted').waitFor()
  })

  it('are forgotten and renamed where the device keeps them, as the page says', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    const phone = await plugIn(page)
    const kept = async () => {
      const { credentials } = await phone.cdp.send('WebAuthn.getCredentials', {
        authenticatorId: phone.authenticatorId,
      })
      return credentials
    }
    await signUp(page, origin, somebody())
    await page.goto(`${origin}/account/passkeys`)
    await button(page, 'Add a passkey').click()
    await page.getByText('The passkey was added').waitFor()
    expect(await kept()).to.have.lengthOf(1)

    await page.goto(`${origin}/account/profile`)
    await page.locator('#name').fill('Ann Weaver')
    await button(page, 'Save').click()
    await until(async () => (await kept())[0]?.userDisplayName === 'Ann Weaver')

    await page.goto(`${origin}/account/passkeys`)
    await button(page, 'Delete').click()
    await page.getByText('The passkey was deleted').waitFor()
    await until(async () => (await kept()).length === 0)
  })

  it('stand beside security keys, which are added by a touch and bring recovery codes', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    await page.setViewportSize({ width: 390, height: 844 })
    await plugIn(page, {
      ...{ protocol: 'u2f', transport: 'usb' },
      ...{ hasResidentKey: false, hasUserVerification: false, isUserVerified: false },
    })
    await signUp(page, origin, somebody())

    await page.goto(`${origin}/account/passkeys`)
    await page.getByLabel('Name of the key').fill('Key ring')
    await button(page, 'Add a security key').click()
    await page.getByText('The security key was added').waitFor()
    await inspectPage(page, 'security-key-codes')
  })

  it('stay hidden in a browser without scripts, which says why none can be made', async () => {
    const { page, origin } = await openPage({ javaScript: false })
    await page.goto(`${origin}/account/passkeys`)
    await page.getByLabel('Email or username').waitFor()
    expect(await button(page, 'Sign in with a passkey').isVisible()).to.equal(false)
  })
})
