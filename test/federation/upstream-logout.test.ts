import { expect } from 'chai'

import { switchProvider } from '../../src/features/federation/providers/change-provider.ts'
import { bySystem } from '../../src/platform/app.ts'
import { nativeApp, problem, refusal, tokensOf as nativeTokensOf } from '../authentication/native/app.ts'
import { type Answer, eventually, introspect, opens, post, refresh } from '../oidc/tokens/requests.ts'
import { type Browser, openBrowser } from '../support/browser.ts'
import { relyingParty, type Tokens } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { arrives, someone, tokensOf } from './arrivals.ts'
import { atSignIn, beforehand, besideProviders, provider, through } from './upstream-providers.ts'

/** OpenID Connect Back-Channel Logout 1.0, as a relying party. */
describe('an end of the session at the provider', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(
    async (built) => {
      const { app, issuer } = built
      await provider(app, upstream, 'oidc')
      await provider(app, upstream, 'other')
      const service = await relyingParty(app, { audiences: [issuer] })
      return { ...built, rp: await relyingParty(app), service, phone: await nativeApp(app) }
    },
    { worker: true, ...besideProviders },
  )

  const says = (token: string, slug = 'oidc'): Promise<Answer> =>
    post(`${shared().issuer}/federation/${slug}/backchannel-logout`, { logout_token: token })

  interface Inside {
    browser: Browser
    tokens: Tokens
  }

  /** Signs in by the provider, in a browser of its own unless told otherwise. */
  async function signsIn(scope = 'openid email', browser = openBrowser()): Promise<Inside> {
    const arrived = await arrives(shared().rp, 'oidc', { browser, parameters: { scope } })
    return { browser: arrived.browser, tokens: await tokensOf(arrived) }
  }

  const sidOf = async (sub: string): Promise<string> => (await upstream.sidOf('oidc', sub)) ?? ''

  const isLive = ({ tokens }: Inside): Promise<boolean> => opens(shared().issuer, tokens.access_token)

  /** Dead everywhere, and at once: not only when the token expires. */
  async function expectDead(inside: Inside): Promise<void> {
    const { issuer, rp, service } = shared()
    const { browser, tokens } = inside
    expect(await eventually(async () => !(await isLive(inside)))).to.be.below(1_000)
    expect((await introspect(issuer, service, tokens.access_token)).body).to.deep.equal({ active: false })
    expect((await refresh(issuer, rp, tokens.refresh_token)).body).to.include({ error: 'invalid_grant' })
    const begun = await rp.begin({ prompt: 'none' })
    const landing = await browser.go(begun.url, { until: (url) => url.startsWith(rp.redirectUri) })
    expect(new URL(landing.url).searchParams.get('error')).to.equal('login_required')
  }

  async function expectAlive(inside: Inside): Promise<void> {
    const { issuer, rp, service } = shared()
    expect(await isLive(inside)).to.equal(true)
    expect((await introspect(issuer, service, inside.tokens.access_token)).body.active).to.equal(true)
    expect((await refresh(issuer, rp, inside.tokens.refresh_token)).status).to.equal(200)
  }

  it('by its name ends the session here that it began, and no other', async () => {
    const { app } = shared()
    const { sub } = await someone(upstream, 'oidc')
    const first = await signsIn()
    const sid = await sidOf(sub)
    const second = await signsIn()
    expect(await sidOf(sub)).not.to.equal(sid)

    const reply = await says(await upstream.logoutToken('oidc', { sid }))

    expect(reply.status).to.equal(200)
    expect(reply.headers.get('cache-control')).to.equal('no-store')
    await expectDead(first)
    await expectAlive(second)
    const ended = await app.db('sessions').where({ end_reason: 'signed_out_upstream' })
    expect(ended).to.have.lengthOf(1)
    const find = () => app.db('audit_records').where({ action: 'upstream.logged_out' })
    await eventually(async () => (await find()).length > 0)
    expect((await find())[0]).to.deep.include({ details: { sessions: 1 }, actor_type: 'system' })
  })

  it('by its person ends all of theirs, and nobody else’s', async () => {
    const eve = await someone(upstream, 'oidc')
    const hers = await signsIn()
    const { sub } = await someone(upstream, 'oidc')
    const both = [await signsIn(), await signsIn()]

    expect((await says(await upstream.logoutToken('oidc', { sub }))).status).to.equal(200)

    for (const one of both) await expectDead(one)
    await expectAlive(hers)
    expect(
      (await says(await upstream.logoutToken('oidc', { sub: eve.sub, sid: 'another' }))).status,
    ).to.equal(200)
    await expectAlive(hers) // both have to fit
  })

  it('leaves alone who signed in by another way, though the name is the same there', async () => {
    const { sub } = await someone(upstream, 'other', { email_verified: true })
    const arrived = await arrives(shared().rp, 'other')
    const elsewhere = { browser: arrived.browser, tokens: await tokensOf(arrived) }
    expect((await says(await upstream.logoutToken('oidc', { sub }))).status).to.equal(200)
    await expectAlive(elsewhere)
  })

  it('spares offline access, as any sign-out does (section 2.7)', async () => {
    const { issuer, rp } = shared()
    const { sub } = await someone(upstream, 'oidc')
    const inside = await signsIn('openid offline_access')
    await says(await upstream.logoutToken('oidc', { sub }))
    const begun = await rp.begin({ prompt: 'none' })
    const landing = await inside.browser.go(begun.url, { until: (url) => url.startsWith(rp.redirectUri) })
    expect(new URL(landing.url).searchParams.get('error')).to.equal('login_required')
    expect((await refresh(issuer, rp, inside.tokens.refresh_token)).status).to.equal(200)
  })

  it('ends the session of an application of our own too', async () => {
    const { issuer, phone } = shared()
    const bob = await someone(upstream, 'oidc')
    const nonceOf = async () => String((await phone.send('/auth/oauth/oidc/nonce', {})).body.nonce)
    const signsInByToken = async (claims: object) => {
      const nonce = await nonceOf()
      const id_token = await upstream.idToken('oidc', bob, { nonce, ...claims })
      return nativeTokensOf(await phone.send('/auth/oauth/oidc/callback', { nonce, id_token }))
    }
    const [one, other] = [await signsInByToken({ sid: 'one' }), await signsInByToken({ sid: 'other' })]

    await says(await upstream.logoutToken('oidc', { sid: 'one' }))

    expect(await eventually(async () => !(await opens(issuer, one.access_token)))).to.be.below(1_000)
    expect(refusal(await phone.refresh(one.refresh_token))).to.deep.equal(problem(400, 'invalid_grant'))
    expect((await phone.refresh(other.refresh_token)).status).to.equal(200)
  })

  it('said twice, or twenty times at once, happens once and is answered alike (section 2.6)', async () => {
    const { app } = shared()
    const { sub } = await someone(upstream, 'oidc')
    const first = await signsIn()
    const token = await upstream.logoutToken('oidc', { sub })
    const count = async () => (await app.db('upstream_logouts')).length
    const before = await count()
    const replies = await Promise.all(Array.from({ length: 20 }, () => says(token)))
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([200]))
    expect(await count()).to.equal(before + 1)
    await expectDead(first)

    const again = await signsIn() // a replay does not end what began afterwards
    expect((await says(token)).status).to.equal(200)
    await expectAlive(again)
  })

  it('is heard while its sign-in is still under way: no session begins by it afterwards', async () => {
    const { app } = shared()
    const stranger = await relyingParty(app, { firstParty: false })
    const { sub } = await someone(upstream, 'oidc')
    const arrived = await arrives(stranger, 'oidc')
    expect(arrived.landing.url).to.match(/\/consent$/)

    await says(await upstream.logoutToken('oidc', { sub }))
    const { browser, until } = arrived
    const end = await browser.submit({ decision: 'approve' }, { until })

    expect(until(end.url) && new URL(end.url).searchParams.has('code')).to.equal(false)

    const again = await atSignIn(stranger, { browser }) // asked once more, and not kept out
    expect(again.landing.url).to.match(/\/login$/)
    const landing = await through(again, 'oidc')
    expect(await tokensOf({ ...again, landing, rp: stranger, slug: 'oidc' })).to.include.keys('access_token')
  })

  it('is heard for a session that reached another application than it began for', async () => {
    const { app, rp } = shared()
    const stranger = await relyingParty(app, { firstParty: false })
    const { sub } = await someone(upstream, 'oidc')
    const { browser, landing } = await arrives(stranger, 'oidc')
    expect(landing.url).to.match(/\/consent$/) // and left there
    const begun = await rp.begin()
    const { url } = await browser.go(begun.url, { until: (one) => one.startsWith(rp.redirectUri) })
    const inside = { browser, tokens: await rp.finish(begun, url) }

    await says(await upstream.logoutToken('oidc', { sub }))

    await expectDead(inside)
  })

  const seconds = () => Math.floor(Date.now() / 1000)
  const event = 'http://schemas.openid.net/event/backchannel-logout'
  /** Made when its test runs: a moment is soon past. */
  const bad: Record<string, Record<string, unknown> | (() => Record<string, unknown>)> = {
    'of another issuer': { iss: 'https://evil.example' },
    'for another application': { aud: 'another-application' },
    'that is old': () => ({ iat: seconds() - 400 }),
    'that has expired': () => ({ exp: seconds() - 60 }),
    'that was made in the future': () => ({ iat: seconds() + 300 }),
    'without a moment': { iat: undefined },
    'without a name of its own': { jti: undefined },
    'without events': { events: undefined },
    'with another event': { events: { 'http://schemas.openid.net/event/other': {} } },
    'with no object as its event': { events: { [event]: true } },
    'with a nonce (section 2.4)': { nonce: 'x' },
    'about nobody': { sub: undefined, sid: undefined },
  }
  for (const [what, claims] of Object.entries(bad))
    it(`is refused in a token ${what}`, async () => {
      const { sub } = await someone(upstream, 'oidc')
      const inside = await signsIn()
      const reply = await says(
        await upstream.logoutToken('oidc', { sub, ...(typeof claims === 'function' ? claims() : claims) }),
      )
      expect(reply.status).to.equal(400)
      expect(reply.headers.get('cache-control')).to.equal('no-store')
      expect(await isLive(inside)).to.equal(true)
    })

  it('is refused in a token with a false signature, or none, or of another kind', async () => {
    const { issuer } = shared()
    const bob = await someone(upstream, 'oidc')
    const inside = await signsIn()
    const refused: [string, Answer][] = []
    for (const lie of ['bad-signature', 'unsigned', 'hs256-with-public-key'] as const) {
      await upstream.lie('oidc', lie)
      const token = await beforehand(upstream.logoutToken('oidc', { sub: bob.sub }), () =>
        upstream.honest('oidc'),
      )
      refused.push([lie, await says(token)])
    }
    refused.push(['an ID token', await says(await upstream.idToken('oidc', bob))])
    refused.push(['another provider’s', await says(await upstream.logoutToken('other', { sub: bob.sub }))])
    refused.push(['no token', await says('no token')])
    refused.push(['nothing', await post(`${issuer}/federation/oidc/backchannel-logout`, {})])
    refused.push(['too much', await says('x'.repeat(20_001))])
    for (const [what, { status, headers }] of refused) {
      expect(status, what).to.equal(400)
      expect(headers.get('cache-control'), what).to.equal('no-store')
    }
    expect(await isLive(inside)).to.equal(true)
  })

  it('is nothing for a provider that is unknown or turned off, nor for a form of a browser', async () => {
    const { app, issuer } = shared()
    const { sub } = await someone(upstream, 'oidc')
    const inside = await signsIn()
    const token = await upstream.logoutToken('oidc', { sub })
    expect((await says(token, 'nobody')).status).to.equal(404)
    const form = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const url = `${issuer}/federation/oidc/backchannel-logout`
    expect((await post(url, { logout_token: token }, form)).status).to.equal(403)
    expect((await fetch(url)).status).to.be.oneOf([404, 405])
    await switchProvider(app, bySystem, 'oidc', false)
    await eventually(async () => (await app.federation.providers.bySlug('oidc'))?.enabled === false)
    try {
      expect((await says(token)).status).to.equal(404)
      expect(await isLive(inside)).to.equal(true)
    } finally {
      await switchProvider(app, bySystem, 'oidc', true)
      await eventually(async () => (await app.federation.providers.bySlug('oidc'))?.enabled === true)
    }
  })
})
