import { expect } from 'chai'

import { type Landing, openBrowser } from '../support/browser.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { accountsOf, interactionOf, ownerOf, someone } from './arrivals.ts'
import { atSignIn, besideProviders, provider, providersForm, type Traveller } from './upstream-providers.ts'

/** What binds the answer of a provider to who asked (RFC 9700, section 4.7; CASES FD-03). */
describe('the answer of a provider', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(async (built) => {
    for (const name of ['google', 'other', 'oidc'] as const) await provider(built.app, upstream, name)
    return { ...built, rp: await relyingParty(built.app) }
  }, besideProviders)

  /** Somebody at the provider, one redirect before `stop`: our callback, unless another place is named. */
  async function returns(
    slug: 'google' | 'other' | 'oidc',
    stop = `/federation/${slug}/callback`,
  ): Promise<Traveller & { url: string; sub: string }> {
    const { sub } = await someone(upstream, slug)
    const traveller = await atSignIn(shared().rp)
    const until = (url: string) => url.startsWith(shared().issuer) && url.includes(stop)
    const [fields, options] = providersForm(traveller, slug)
    let landing = await traveller.browser.submit(fields, { ...options, until })
    if (!until(landing.url)) landing = await traveller.browser.submit({}, { until })
    return { ...traveller, url: landing.url, sub }
  }

  const withParameter = (url: string, name: string, value: string): string => {
    const changed = new URL(url)
    changed.searchParams.set(name, value)
    return changed.href
  }

  const expectEnded = ({ status, html, headers }: Landing): void => {
    expect(status).to.equal(400)
    expect(headers.has('location')).to.equal(false)
    expect(html).not.to.include('<script>alert')
  }

  it('is taken once, in the browser that asked, at the callback of its own provider', async () => {
    const { app, issuer } = shared()
    const { browser, url, sub, until } = await returns('google')
    expectEnded(await openBrowser().go(url))
    expectEnded(await browser.go(url.replace('/federation/google/', '/federation/other/')))
    expectEnded(await browser.go(withParameter(url, 'state', 'x'.repeat(43))))
    expectEnded(await browser.go(`${issuer}/federation/google/callback`))
    expect(await ownerOf(app, sub)).to.equal(undefined)

    expect(until((await browser.go(url, { until })).url)).to.equal(true)
    expect(await ownerOf(app, sub)).to.be.a('string')
    expectEnded(await browser.go(url))
  })

  it('proves nobody with the code of another browser, or the state of another provider', async () => {
    const { app } = shared()
    const attacker = await returns('google')
    const victim = await returns('google')
    const injected = withParameter(victim.url, 'code', new URL(attacker.url).searchParams.get('code') ?? '')
    const landing = await victim.browser.go(injected)
    expect(landing.status).to.equal(403)
    expect(landing.html).to.include('Sign in')

    const [one, another] = [await returns('google'), await returns('other')]
    const state = new URL(another.url).searchParams.get('state') ?? ''
    expectEnded(await one.browser.go(withParameter(one.url, 'state', state)))
    for (const { sub } of [attacker, victim, one, another])
      expect(await ownerOf(app, sub)).to.equal(undefined)
  })

  it('that names another authorization server is not redeemed (RFC 9207)', async () => {
    const { app } = shared()
    const { browser, url, sub } = await returns('oidc')
    const before = (await upstream.seen('oidc')).filter(({ endpoint }) => endpoint === 'token').length
    const landing = await browser.go(withParameter(url, 'iss', 'https://evil.example'))
    expect(landing.status).to.equal(502)
    expect((await upstream.seen('oidc')).filter(({ endpoint }) => endpoint === 'token')).to.have.lengthOf(
      before,
    )
    expect(await ownerOf(app, sub)).to.equal(undefined)
  })

  it('is used in its own sign-in alone, once, and by its own browser', async () => {
    const { app, rp } = shared()
    const { browser, url, sub, until } = await returns('google', '/federated/')
    const other = await atSignIn(rp)
    const request = url.split('/').at(-1) ?? ''
    const elsewhere = `${interactionOf(other)}/federated/${request}`
    expect((await other.browser.go(elsewhere)).html).to.include('took too long')
    expectEnded(await openBrowser().go(url))
    expect(await ownerOf(app, sub)).to.equal(undefined)

    const copy = openBrowser()
    copy.setCookies(browser.cookies())
    const ends = await Promise.all([browser, copy].map((one) => one.go(url, { until })))
    expect(ends.filter(({ status }) => status >= 500)).to.be.empty
    expect(await ownerOf(app, sub)).to.be.a('string')
  })

  it('waits for a while, and then for nobody (FD-15: what a provider writes is never shown)', async () => {
    const { app, clock } = shared()
    const told = await returns('google')
    const error = withParameter(
      withParameter(told.url, 'error', '<script>alert(1)</script>'),
      'error_description',
      '<script>alert(2)</script>',
    )
    const refused = await told.browser.go(error)
    expect(refused.status).to.equal(403)
    expect(refused.html).not.to.include('<script>alert').and.not.include('alert(')
    const late = await returns('google')
    const { email } = await someone(upstream, 'google')
    clock.advance(901)
    expectEnded(await late.browser.go(late.url))
    expect(await accountsOf(app, email)).to.be.empty
  })
})
