import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { openPage } from './support/chromium.ts'
import { inspectPage } from './support/inspect-page.ts'
import { button, signUp, somebody } from './support/people.ts'
import { type Service, startService } from './support/start-service.ts'

const bob = { sub: '2002', email: 'bob@example.com', email_verified: true, name: 'Bob Builder' }
const alsoBob = { sub: '3003', email: 'bob@elsewhere.example', name: 'Robert Builder' }

/** From the button of a provider to wherever it leads back to. */
async function through(page: Page, label: string, name: string): Promise<void> {
  await button(page, label).click()
  const there = page.getByRole('button', { name: `Continue as ${name}` })
  await there.click()
}

const goTo = (page: Page, label: string) =>
  page
    .getByRole('navigation', { name: 'Your account' })
    .getByRole('link', { name: label, exact: true })
    .click()

describe('somebody with accounts elsewhere, in chromium', () => {
  let service: Service
  let upstream: Upstream

  before(async function () {
    this.timeout(90_000)
    ;[service, upstream] = await Promise.all([startService({ OUTBOUND_ALLOW: 'localhost' }), startUpstream()])
    const create = (connector: string, options: Record<string, string>) => {
      const given = Object.entries(options).flatMap(([key, value]) => ['--option', `${key}=${value}`])
      const { id, secret } = upstream.client
      service.command(
        ['provider', 'create', connector, '--client-id', id, '--secret-stdin', ...given],
        secret,
      )
    }
    create('google', { issuer: upstream.issuer('google') })
    const { facebook } = upstream
    create('facebook', { dialog: facebook, graph: facebook, issuer: facebook })
    await upstream.person('google', bob)
    await upstream.person('facebook', alsoBob)
  })

  after(async () => {
    await upstream.close()
    await service.stop()
  })

  it('signs in with the one, connects the other and takes it away, merges two accounts and takes them apart', async function () {
    this.timeout(180_000)
    const ann = somebody()
    const elsewhere = (await openPage({ at: service })).page
    await signUp(elsewhere, service.origin, ann)

    const { page, origin } = await openPage({ at: service })
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${origin}/demo`)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await inspectPage(page, 'login-providers')
    await through(page, 'Continue with Google', bob.name)
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()

    await page.goto(`${origin}/account`)
    await page.setViewportSize({ width: 1280, height: 800 })
    await goTo(page, 'Sign-in methods')
    expect(await page.getByText('The only way in').count()).to.equal(1)
    await through(page, 'Connect Facebook', alsoBob.name)
    await page.getByText('Connected. From now on').waitFor()
    await inspectPage(page, 'identities')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Facebook' })
      .getByRole('button', { name: 'Disconnect' })
      .click()
    await page.getByText('Disconnected. Nobody').waitFor()

    await goTo(page, 'Merge accounts')
    await page.getByLabel('Email or username of the other account').fill(ann.username)
    await page.getByLabel('Password of the other account', { exact: true }).fill(ann.password)
    await button(page, 'Continue').click()
    await button(page, 'Merge these accounts').waitFor()
    await inspectPage(page, 'merge-confirm')
    await button(page, 'Merge these accounts').click()
    await page.getByText('The accounts were merged').waitFor()
    await inspectPage(page, 'merge')
    await button(page, 'Undo').click()
    await page.getByText('The merge was undone').waitFor()
  })

  it('merges the account that the other one opens, by signing in there', async function () {
    this.timeout(120_000)
    const other = (await openPage({ at: service })).page
    await other.goto(`${service.origin}/demo`)
    await other.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await through(other, 'Continue with Facebook', alsoBob.name)
    await other.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()

    const { page, origin } = await openPage({ at: service })
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${origin}/account`)
    await through(page, 'Continue with Google', bob.name)
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    await goTo(page, 'Merge accounts')
    await through(page, 'Continue with Facebook', alsoBob.name)
    await button(page, 'Merge these accounts').click()
    await page.getByText('The accounts were merged').waitFor()
    await goTo(page, 'Sign-in methods')
    expect(await page.getByRole('listitem').filter({ hasText: 'Facebook' }).count()).to.equal(1)
  })

  it('is told of an account that has the address, signs in to it, and connects', async function () {
    this.timeout(120_000)
    const carol = somebody()
    await upstream.person('google', { sub: '4004', email: carol.email, email_verified: true, name: 'Carol' })
    const { page, origin } = await openPage({ at: service })
    await signUp(page, origin, carol)
    await page.context().clearCookies()
    await page.goto(`${origin}/demo`)
    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await through(page, 'Continue with Google', 'Carol')
    await page.getByText('There is already an account').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(carol.password)
    await button(page, 'Sign in').click()
    await page.getByRole('heading', { name: 'Connect Google to your account?' }).waitFor()
    await inspectPage(page, 'connect')
    await through(page, 'Continue to Google', 'Carol')
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
    await upstream.person('google', bob)
  })
})
