import { expect } from 'chai'
import type { CDPSession, Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, signOut, signUp, somebody } from './support/people.ts'

/** Plugs a phone in whose owner always agrees; `autofill` says whether they pick a passkey where the browser offers one. */
async function plugIn(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

const consent = (phone: Awaited<ReturnType<typeof plugIn>>, enabled: boolean) =>
  phone.cdp.send('WebAuthn.setAutomaticPresenceSimulation', {
    authenticatorId: phone.authenticatorId,
    enabled,
  })

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
    await page.getByLabel('Name').fill('Harbour phone')
    await button(page, 'Add a passkey').click()
    await page.getByText('The passkey was added').waitFor()
    await page.getByRole('heading', { name: 'Harbour phone' }).waitFor()
    await inspectPage(page, 'passkeys')

    await button(page, 'Add a passkey').click()
    await page.getByText('this device may have one for your account already').waitFor()

    await consent(phone, false)
    await page.goto(tokens)
    await signOut(page)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await button(page, 'Sign in with a passkey').waitFor()
    await inspectPage(page, 'login-passkey')
    await consent(phone, true)
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

  it('stay hidden in a browser without scripts, which says why none can be made', async () => {
    const { page, origin } = await openPage({ javaScript: false })
    await page.goto(`${origin}/account/passkeys`)
    await page.getByLabel('Email or username').waitFor()
    expect(await button(page, 'Sign in with a passkey').isVisible()).to.equal(false)
  })
})
