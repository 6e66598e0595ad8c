import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { fill } from '../../src/features/samples/fill.ts'
import { type Person, person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { openPage } from './support/chromium.ts'
import { glanceAt } from './support/inspect-page.ts'
import { tabTo } from './support/keyboard.ts'
import { button, fillLogin } from './support/people.ts'

interface Desk extends Stage {
  root: Person
}

/** A service that is in use, so that no screen is empty, and whoever runs it. */
async function prepare(stage: Stage): Promise<Desk> {
  const root = await person(stage.app, { role: 'root_admin', name: 'Rosa Root' })
  await fill(stage.app, { seed: 3, count: 10 }, await stage.app.passwords.hash('nobody signs in with this'))
  return { ...stage, root }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })

/** The screens that the desk lists for whoever is there. */
const screens = (page: Page) => page.getByRole('navigation', { name: 'Screens' })

const goTo = (page: Page, screen: string) =>
  screens(page).getByRole('link', { name: screen, exact: true }).click()

/** What stays there as long as the page is not loaded anew. */
const mark = (page: Page): Promise<unknown> => page.evaluate('window.stillHere = true')

const isSamePage = (page: Page): Promise<unknown> => page.evaluate('window.stillHere === true')

const rows = (page: Page) => page.locator('#results tbody tr')

/** Until so many rows are shown; how many came in between does not matter. */
async function rowsBecome(page: Page, number: number): Promise<void> {
  await rows(page).nth(number).waitFor({ state: 'detached' })
  await rows(page)
    .nth(number - 1)
    .waitFor()
}

/** Out of the console, and of the provider, which asks. */
async function signOut(page: Page): Promise<void> {
  await button(page, 'Sign out').click()
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
  await button(page, 'Sign out').click()
  await page.getByText('Sign in to use the console.').waitFor()
}

describe('the console, in chromium', () => {
  const shared = sharedStage(prepare)

  /** At the console as its root administrator, from the form of a sign-in. */
  async function open(options: { javaScript?: boolean } = {}): Promise<{ page: Page; origin: string }> {
    const { issuer: origin, root } = shared()
    const { page } = await openPage({ ...options, at: { origin } })
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${origin}/console`)
    await fillLogin(page, { login: root.email, password: root.password })
    await heading(page, 'Overview').waitFor()
    return { page, origin }
  }

  it('finds a person while one types, ends their sessions, disables them, and signs out', async () => {
    const { page, origin } = await open()
    const ann = await person(shared().app, { name: 'Ann Searched' })
    const annsPage = (await openPage({ at: { origin } })).page
    await annsPage.goto(`${origin}/account`)
    await fillLogin(annsPage, { login: ann.email, password: ann.password })
    await annsPage.getByRole('heading', { name: 'Your account' }).waitFor()

    await goTo(page, 'People')
    await heading(page, 'People').waitFor()
    const all = await rows(page).count()
    await mark(page)
    await page.getByLabel('Search').pressSequentially(ann.email)
    await rowsBecome(page, 1)
    expect(await isSamePage(page), 'without a reload').to.equal(true)
    expect(new URL(page.url()).searchParams.get('search')).to.equal(ann.email)
    expect(await page.getByRole('status').innerText()).to.equal('1 shown')
    await page.goBack()
    await rowsBecome(page, all)
    expect(await page.getByLabel('Search').inputValue(), 'the field, after going back').to.equal('')
    await page.goForward()
    await rowsBecome(page, 1)

    await link(page, ann.email).click()
    await heading(page, ann.email).waitFor()
    await link(page, 'End all sessions').click()
    await button(page, 'End all sessions').click()
    await page.getByText('All sessions of this person have ended.').waitFor()
    await annsPage.reload()
    await annsPage.getByLabel('Email or username').waitFor()

    await link(page, 'Disable').click()
    await page.getByText('Nobody can sign in to this account').waitFor()
    await page.getByLabel('Reason').fill('left the company')
    await button(page, 'Disable').click()
    await page.getByText('The account is disabled and signed out everywhere.').waitFor()
    expect(await page.getByText('left the company').count()).to.equal(1)
    await fillLogin(annsPage, { login: ann.email, password: ann.password })
    await annsPage.getByText('has been turned off').waitFor()

    await signOut(page)
    await page.goto(`${origin}/console/people`)
    await page.getByLabel('Email or username').waitFor()
  })

  it('registers an application step by step, down to code that can be copied', async () => {
    const { page, origin } = await open()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
    await goTo(page, 'Clients')
    await link(page, 'Register a client').click()
    await page.getByRole('link', { name: 'Express' }).click()
    await page.getByLabel('Name').fill('Harbour Notes')
    await page.getByLabel('Redirect addresses').fill('not an address')
    await button(page, 'Register').click()
    await page.locator('#redirect_uris[aria-invalid=true]').waitFor()
    expect(await page.getByLabel('Name').inputValue(), 'what was filled in before').to.equal('Harbour Notes')
    await page.getByLabel('Redirect addresses').fill('http://localhost:3999/callback')
    await button(page, 'Register').click()
    await heading(page, 'The client is registered.').waitFor()
    const shown = await page.locator('pre').first().innerText()
    await button(page, 'Copy').first().click()
    await button(page, 'Copied').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).to.equal(shown)

    await link(page, 'Go on').click()
    await heading(page, 'Harbour Notes').waitFor()
    await link(page, 'Code to copy').click()
    await page.getByText("from 'next-auth'").first().waitFor()
    await mark(page)
    await page.getByLabel('Made with').selectOption({ label: 'Django' })
    await page.getByText('SOCIALACCOUNT_PROVIDERS').first().waitFor()
    await button(page, 'Copy').first().waitFor()
    expect(await isSamePage(page), 'without a reload').to.equal(true)
  })

  it('rotates keys only after a new sign-in, and finds that in the audit log', async () => {
    const { clock, root } = shared()
    const { page } = await open()
    clock.advance(16 * 60)
    await goTo(page, 'Signing keys')
    await link(page, 'Rotate keys').click()
    await fillLogin(page, { login: root.email, password: root.password })
    await button(page, 'Rotate now').click()
    await page.getByText('The keys are rotated.').waitFor()

    await goTo(page, 'Audit log')
    await mark(page)
    await page.getByLabel('Action').selectOption('key.promoted')
    await page.getByLabel('Outcome').selectOption('Success')
    await page.waitForURL('**outcome=success**')
    expect(await isSamePage(page), 'without a reload').to.equal(true)
    await rows(page).filter({ hasText: 'key.promoted' }).first().waitFor()
  })

  it('makes a role and gives it with the keyboard alone, and shows what was before and after', async () => {
    const { page, origin } = await open()
    const ann = await person(shared().app)
    const press = async (name: string, key = 'Enter') => {
      await tabTo(page, name)
      await page.keyboard.press(key)
    }
    await press('Skip to the content')
    await tabTo(page, 'Sign-ins today')
    expect(await screens(page).locator(':focus').count(), 'stops among the screens').to.equal(0)
    await page.goto(`${origin}/console/roles`)
    await press('Make a role')
    await heading(page, 'Make a role').waitFor()
    await tabTo(page, 'Name')
    await page.keyboard.type('greeter')
    await tabTo(page, 'What it is for')
    await page.keyboard.type('Greets people')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.getByText('The role is made.').waitFor()
    await heading(page, 'greeter').waitFor()

    await page.goto(`${origin}/console/people/${ann.id}/roles`)
    await press('greeter', 'Space')
    await press('Change roles')
    await page.getByText('The roles are changed.').waitFor()
    await page.goto(`${origin}/console/audit?target=${ann.id}&class=governance`)
    await press('Show')
    await page.locator('details[open] dd').filter({ hasText: 'greeter' }).first().waitFor()
  })

  it('watches people sign in without being asked, and waits while somebody reads on', async () => {
    const { app } = shared()
    const { page, origin } = await open()
    await page.clock.install()
    await page.goto(`${origin}/console/live`)
    await mark(page)
    await rows(page).first().getByText('Success').waitFor()
    const ann = await person(app)
    const other = (await openPage({ at: { origin }, javaScript: false })).page
    await other.goto(`${origin}/account`)
    await fillLogin(other, { login: ann.email, password: 'not the right one' })
    await other.getByText('is not right').waitFor()
    await page.clock.runFor(5_100)
    await rows(page).first().getByText('Failure').waitFor()
    expect(await isSamePage(page), 'without a reload').to.equal(true)

    let asked = 0
    page.on('request', () => asked++)
    await page.locator('#results summary').first().click()
    await page.clock.runFor(11_000)
    expect(await page.locator('#results details[open]').count()).to.equal(1)
    expect(asked, 'looks while details are open').to.equal(0)
    await page.locator('#results summary').first().click()
    const again = page.waitForRequest('**/console/live**')
    await page.clock.runFor(5_100)
    await again
  })

  it('needs no scripts', async () => {
    const { page } = await open({ javaScript: false })
    const ann = await person(shared().app)
    await goTo(page, 'People')
    await page.getByLabel('Search').fill(ann.email)
    await button(page, 'Apply').click()
    expect(await rows(page).count()).to.equal(1)
    await link(page, ann.email).click()
    await link(page, 'Disable').click()
    await page.getByLabel('Reason').fill('no script')
    await button(page, 'Disable').click()
    await page.getByText('The account is disabled and signed out everywhere.').waitFor()
    await goTo(page, 'Audit log')
    await page.getByLabel('Action').selectOption('user.disabled')
    await button(page, 'Apply').click()
    await page.locator('#results summary').first().click()
    await page.getByText('no script').first().waitFor()
    await signOut(page)
  })

  it('shows every screen, its first thing and its acts so that they hold up to axe, on a phone too', async function () {
    this.timeout(180_000)
    const { page, origin } = await open()
    const hrefs = (where: string): Promise<string[]> =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll(${JSON.stringify(where)})].map((link) => link.getAttribute('href'))`,
      )
    const seen = new Set<string>()
    const look = async (path: string, dark: boolean): Promise<void> => {
      if (seen.has(path)) return
      seen.add(path)
      const reply = await page.goto(origin + path)
      expect([reply?.status(), path]).to.deep.equal([200, path])
      await glanceAt(page, `console-${path.slice('/console'.length).replaceAll(/[^a-z]+/g, '-')}`, { dark })
    }
    for (const [place, screen] of (await hrefs('.rail a')).entries()) {
      await look(screen, true)
      const acts = await hrefs('.acts a')
      const [thing] = await hrefs('#results tbody td > a[href^="/console/"]:not(.small-act)')
      // one template makes all acts and one all things: every third of each shows them, and RUN_LONG all
      if (place % 3 !== 0 && process.env.RUN_LONG === undefined) continue
      if (acts[0] !== undefined) await look(acts[0], false)
      if (thing !== undefined) await look(thing, false)
    }
    expect(seen.size).to.be.greaterThan(20)
  })
})
