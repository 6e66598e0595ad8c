import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'

import { deleteProvider } from '../../src/features/federation/providers/delete-provider.ts'
import { switchProvider } from '../../src/features/federation/providers/change-provider.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { type RelyingParty, relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'
import { keepSecretsSeen, leftBehind } from './left-behind.ts'
import {
  atSignIn,
  besideProviders,
  provider,
  stageBesideProviders,
  toCallback,
  toOutcome,
  type Traveller,
} from './upstream-providers.ts'

interface Texts {
  problems: Record<string, string>
  errors: Record<string, { title: string }>
}

const texts = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../views/texts/en.json'), 'utf8'),
) as Texts

const newcomer = (): UpstreamPerson => {
  const sub = `8${Math.random().toString().slice(2, 12)}`
  return { sub, email: `eva-${sub}@example.com`, email_verified: true, name: 'Eva' }
}

/** A request as this browser would make it, without its memory: for several at one moment. */
const fetchAs = (browser: Browser, url: URL): Promise<Response> => {
  const cookie = browser
    .cookies()
    .filter(({ path }) => url.pathname.startsWith(path))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  return fetch(url, { redirect: 'manual', headers: { accept: 'text/html', cookie } })
}

describe('an answer of a provider', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(async () => {
    await keepSecretsSeen(upstream, 'google', 'oidc', 'apple')
    await upstream.close()
  })

  interface Scene extends Stage {
    rp: RelyingParty
  }

  async function scene(opened: Stage): Promise<Scene> {
    for (const name of ['google', 'oidc', 'apple'] as const) await provider(opened.app, upstream, name)
    return { ...opened, rp: await relyingParty(opened.app) }
  }
  const ownScene = async () => scene(await stageBesideProviders())
  const shared = sharedStage(scene, besideProviders)

  /** Somebody new at a sign-in, whom the provider does not know either. */
  async function arrive(
    { rp }: Scene,
    { at = 'oidc', browser }: { at?: 'google' | 'oidc' | 'apple'; browser?: Browser } = {},
  ): Promise<Traveller> {
    await upstream.person(at, newcomer())
    return atSignIn(rp, browser && { browser })
  }

  const tokenCalls = async (name: 'google' | 'oidc', code: string | null) =>
    (await upstream.seen(name)).filter(({ endpoint, body }) => endpoint === 'token' && body.code === code)

  async function finishes({ rp }: Scene, { begun, browser, until }: Traveller, url: URL): Promise<string> {
    const landing = await browser.go(url.href, { until })
    expect(until(landing.url), `${landing.url} ${landing.html.slice(0, 3000)}`).to.equal(true)
    const claims = (await rp.finish(begun, landing.url)).claims()
    expect(claims?.amr).to.deep.equal(['fed'])
    return claims?.sub ?? ''
  }

  const isOver = (landing: Landing): void => {
    expect(landing.status).to.equal(400)
    expect(landing.html).to.include(texts.errors.upstream_request_ended?.title)
  }

  it('is not taken at the callback of another provider, and still is at its own (RFC 9700, section 4.4)', async () => {
    const { app } = shared()
    const traveller = await arrive(shared(), { at: 'google' })
    const callback = await toCallback(traveller, 'google')
    const before = await leftBehind(app)

    const elsewhere = new URL(callback)
    elsewhere.pathname = '/federation/oidc/callback'
    isOver(await traveller.browser.go(elsewhere.href))

    expect(await leftBehind(app)).to.deep.equal(before)
    expect(await tokenCalls('oidc', callback.searchParams.get('code'))).to.have.lengthOf(0)
    await finishes(shared(), traveller, callback)
  })

  it('is worth nothing with the code of another provider', async () => {
    const { app } = shared()
    const googles = await arrive(shared(), { at: 'google' })
    const code = (await toCallback(googles, 'google')).searchParams.get('code') ?? ''
    const traveller = await arrive(shared(), { browser: googles.browser })
    const callback = await toCallback(traveller, 'oidc')
    const before = await leftBehind(app)

    callback.searchParams.set('code', code)
    const landing = await traveller.browser.go(callback.href)

    expect(landing.status).to.equal(403)
    expect(landing.html).to.include(texts.problems.upstream_refused)
    expect(await leftBehind(app)).to.deep.equal(before)
  })

  it('is worth nothing with the code of another browser: the verifier does not fit (RFC 9700, section 4.5.3.1)', async () => {
    const { app } = shared()
    const attacker = await arrive(shared())
    const stolen = await toCallback(attacker, 'oidc')
    const victim = await arrive(shared())
    const callback = await toCallback(victim, 'oidc')
    const before = await leftBehind(app)

    callback.searchParams.set('code', stolen.searchParams.get('code') ?? '')
    const landing = await victim.browser.go(callback.href)

    expect(landing.status).to.equal(403)
    expect(landing.html).to.include(texts.problems.upstream_refused)
    expect(await leftBehind(app)).to.deep.equal(before)
    expect(await tokenCalls('oidc', stolen.searchParams.get('code'))).to.have.lengthOf(1)
  })

  for (const [whose, open] of [
    ['a browser without cookies', async () => openBrowser()],
    [
      'a browser that asked the same provider itself',
      async () => {
        const other = await arrive(shared())
        await toCallback(other, 'oidc')
        return other.browser
      },
    ],
  ] as const)
    it(`is not taken from ${whose}, and still is from the one that asked`, async () => {
      const { app } = shared()
      const traveller = await arrive(shared())
      const callback = await toCallback(traveller, 'oidc')
      const other = await open()
      const before = await leftBehind(app)

      isOver(await other.go(callback.href))

      expect(await leftBehind(app)).to.deep.equal(before)
      expect(await tokenCalls('oidc', callback.searchParams.get('code'))).to.have.lengthOf(0)
      await finishes(shared(), traveller, callback)
    })

  for (const [what, change] of [
    ['without the name of the provider, which this one always tells (RFC 9207, section 2.4)', { iss: null }],
    ['with the name of another (RFC 9207, section 2.4)', { iss: 'https://another-issuer.example.com' }],
    ['without a code or an error', { code: null }],
  ] as const)
    it(`is not believed ${what}`, async () => {
      const { app } = shared()
      const traveller = await arrive(shared())
      const callback = await toCallback(traveller, 'oidc')
      const code = callback.searchParams.get('code')
      const before = await leftBehind(app)
      for (const [name, value] of Object.entries(change)) {
        callback.searchParams.delete(name)
        if (value !== null) callback.searchParams.set(name, value)
      }

      const landing = await traveller.browser.go(callback.href)

      expect(landing.status).to.equal(502)
      expect(landing.html).to.include(texts.problems.upstream_answer_invalid)
      expect(await leftBehind(app)).to.deep.equal(before)
      expect(await tokenCalls('oidc', code)).to.have.lengthOf(0)
    })

  it('is refused whatever its form, and breaks nothing', async () => {
    const { issuer } = shared()
    const { browser } = await arrive(shared())
    const long = 'x'.repeat(5_000)
    const queries = ['', 'state=', 'state=%00', 'state=a&state=b', 'state[]=a', 'state=a&code=b&code=c']
    for (const query of [...queries, `state=${long}`, `state=a&iss=${long}`, 'state=%ff&code=%', 'error=x'])
      for (const slug of ['oidc', 'nobody', '%2e%2e', long]) {
        const landing = await fetchAs(browser, new URL(`${issuer}/federation/${slug}/callback?${query}`))
        expect(landing.status, `${slug.slice(0, 9)} ${query.slice(0, 30)}`).to.be.within(400, 422)
      }
  })

  it('is taken once', async () => {
    const { app } = shared()
    const traveller = await arrive(shared())
    const callback = await toCallback(traveller, 'oidc')
    await finishes(shared(), traveller, callback)
    const before = await leftBehind(app)

    isOver(await traveller.browser.go(callback.href))

    expect(await leftBehind(app)).to.deep.equal(before)
    expect(await tokenCalls('oidc', callback.searchParams.get('code'))).to.have.lengthOf(1)
  })

  it('is taken once of twenty that come at one moment', async () => {
    const traveller = await arrive(shared())
    const callback = await toCallback(traveller, 'oidc')

    const replies = await Promise.all(Array.from({ length: 20 }, () => fetchAs(traveller.browser, callback)))

    const taken = replies.filter(({ status }) => status === 303)
    expect(taken).to.have.lengthOf(1)
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([303, 400]))
    expect(await tokenCalls('oidc', callback.searchParams.get('code'))).to.have.lengthOf(1)
    const outcome = new URL(taken[0]?.headers.get('location') ?? '', callback)
    await finishes(shared(), traveller, outcome)
  })

  it('is too late after a quarter of an hour, and its outcome too', async () => {
    const opened = await ownScene()
    const [early, late] = [await arrive(opened), await arrive(opened)]
    const outcome = await toOutcome(early, 'oidc')
    const callback = await toCallback(late, 'oidc')
    const before = await leftBehind(opened.app)
    opened.clock.advance(901)

    isOver(await late.browser.go(callback.href))
    const landing = await early.browser.go(outcome.href)

    expect(landing.status).to.equal(400)
    expect(landing.html).to.include(texts.problems.upstream_request_ended)
    expect(await leftBehind(opened.app)).to.deep.equal(before)
  })

  /** Every process hears of it within a second. */
  async function isHeardOf({ issuer }: Scene): Promise<void> {
    const headers = { accept: 'text/html' }
    const statusNow = async () => (await fetch(`${issuer}/federation/oidc/callback`, { headers })).status
    for (let tries = 0; tries < 50 && (await statusNow()) !== 404; tries++) await sleep(20)
  }

  for (const [what, withdraw] of [
    ['disabled', (app: Stage['app']) => switchProvider(app, bySystem, 'oidc', false)],
    ['deleted', (app: Stage['app']) => deleteProvider(app, bySystem, 'oidc')],
  ] as const)
    it(`is not taken once the provider is ${what}, and nor is its outcome`, async () => {
      const opened = await ownScene()
      const { app } = opened
      const [early, late] = [await arrive(opened), await arrive(opened)]
      const outcome = await toOutcome(early, 'oidc')
      const callback = await toCallback(late, 'oidc')
      const before = await leftBehind(app)
      await withdraw(app)
      await isHeardOf(opened)

      const atCallback = await late.browser.go(callback.href)
      const atOutcome = await early.browser.go(outcome.href)

      expect(atCallback.status).to.equal(404)
      expect(atCallback.html).to.include(texts.errors.provider_not_found?.title)
      expect(atOutcome.status).to.equal(400)
      expect(atOutcome.html).to.include(texts.problems.upstream_request_ended)
      expect(await leftBehind(app)).to.deep.equal(before)
      expect(await tokenCalls('oidc', callback.searchParams.get('code'))).to.have.lengthOf(0)
    })

  describe('once it has been taken', () => {
    it('opens nothing in another browser, not even with the cookie of the sign-in', async () => {
      const { app } = shared()
      const traveller = await arrive(shared())
      const outcome = await toOutcome(traveller, 'oidc')
      const stranger = (await arrive(shared())).browser
      const thief = openBrowser()
      thief.setCookies(traveller.browser.cookies().filter(({ name }) => !name.endsWith('gatehouse_upstream')))
      const before = await leftBehind(app)

      for (const browser of [openBrowser(), stranger, thief])
        expect((await browser.go(outcome.href)).status).to.equal(400)

      expect(await leftBehind(app)).to.deep.equal(before)
      await finishes(shared(), traveller, outcome)
    })

    it('opens nothing in another sign-in of the same browser', async () => {
      const { app } = shared()
      const traveller = await arrive(shared())
      const outcome = await toOutcome(traveller, 'oidc')
      const second = await arrive(shared(), { browser: traveller.browser })
      const [, uid = ''] = /\/interaction\/([^/]+)\//.exec(second.landing.url) ?? []
      const before = await leftBehind(app)

      const elsewhere = new URL(outcome)
      elsewhere.pathname = outcome.pathname.replace(/(?<=^\/interaction\/)[^/]+/, uid)
      const landing = await traveller.browser.go(elsewhere.href)

      expect(landing.status).to.equal(400)
      expect(landing.html).to.include(texts.problems.upstream_request_ended)
      expect(await leftBehind(app)).to.deep.equal(before)
      await finishes(shared(), traveller, outcome)
    })

    it('signs in once, however often it is followed', async () => {
      const { app } = shared()
      const traveller = await arrive(shared())
      const outcome = await toOutcome(traveller, 'oidc')
      const before = await leftBehind(app)

      const replies = await Promise.all(Array.from({ length: 5 }, () => fetchAs(traveller.browser, outcome)))

      expect(replies.filter(({ status }) => status === 303)).not.to.have.lengthOf(0)
      expect(replies.every(({ status }) => status === 303 || status === 400)).to.equal(true)
      const after = await leftBehind(app)
      for (const table of ['users', 'upstream_sign_ins', 'sign_in_attempts'])
        expect(after[table], table).to.equal(Number(before[table]) + 1)
      await finishes(shared(), traveller, outcome)
      expect((await traveller.browser.go(outcome.href)).status).to.equal(400)
    })

    it('serves each of two tabs that go through at once', async () => {
      const browser = openBrowser()
      const one = await arrive(shared(), { browser })
      const first = await toCallback(one, 'oidc')
      const other = await atSignIn(shared().rp, { browser })
      const second = await toCallback(other, 'oidc')

      const subjects = [
        await finishes(shared(), other, second), // the other way round
        await finishes(shared(), one, first),
      ]

      expect(subjects[0]).to.equal(subjects[1])
    })
  })
})

describe('what a provider is asked', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const names = ['google', 'facebook', 'microsoft', 'apple', 'github', 'linkedin', 'oidc', 'oauth2'] as const

  const shared = sharedStage(async (opened) => {
    for (const name of names) await provider(opened.app, upstream, name)
    return { ...opened, rp: await relyingParty(opened.app) }
  }, besideProviders)

  for (const name of names)
    it(`binds the answer of ${name} to this browser and request, and gives nothing away`, async () => {
      const { rp, issuer } = shared()
      for (let times = 0; times < 2; times++) await toCallback(await atSignIn(rp), name)

      const asked = (await upstream.seen(name)).filter(({ endpoint }) => endpoint === 'authorize')
      const [first, second] = asked
        .filter(({ query }) => query.redirect_uri !== undefined)
        .map(({ query }) => query)

      expect(first).to.include({
        response_type: 'code',
        redirect_uri: `${issuer}/federation/${name}/callback`,
        ...(name !== 'linkedin' && { code_challenge_method: 'S256' }), // it has no PKCE for clients with a secret
        ...(name === 'apple' && { response_mode: 'form_post' }),
      })
      const secret = /^[\w-]{43}$/ // 256 bits
      const opaque = [
        'state',
        ...(name === 'linkedin' ? [] : ['code_challenge']),
        ...(['google', 'microsoft', 'apple', 'oidc'].includes(name) ? ['nonce'] : []),
      ]
      for (const parameter of opaque) {
        expect(first?.[parameter], parameter).to.match(secret)
        expect(second?.[parameter], parameter).to.match(secret).and.not.equal(first?.[parameter])
      }
      expect(first).not.to.have.any.keys('client_secret', 'code_verifier')
      expect(JSON.stringify(first)).not.to.include(upstream.client.secret)
    })

  it('is asked nothing by a form of another site', async () => {
    const { rp } = shared()
    const traveller = await atSignIn(rp)
    const asked = (await upstream.seen('oidc')).length
    const form = formOfProviders(traveller)

    const forged = await traveller.browser.submit({ provider: 'oidc', csrf: 'x'.repeat(43) }, { form })

    expect(forged.status).to.be.within(400, 403)
    expect(await upstream.seen('oidc')).to.have.lengthOf(asked)
    expect(forged.url.startsWith(traveller.ours)).to.equal(true)
  })

  it('may be answered by a form from its own site, without our cookies', async () => {
    const { rp, issuer } = shared()
    const person = newcomer()
    await upstream.person('apple', { ...person, given_name: 'Eva', family_name: 'Example' })
    const traveller = await atSignIn(rp)
    await traveller.browser.submit({ provider: 'apple' }, { form: formOfProviders(traveller) })
    await traveller.browser.submit({})
    const [form] = traveller.browser.forms()

    const reply = await fetch(form?.action ?? '', {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', origin: 'https://appleid.apple.com', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(form?.fields),
    })

    expect(reply.status).to.equal(303)
    expect(reply.headers.getSetCookie()).to.deep.equal([])
    const next = new URL(reply.headers.get('location') ?? '', issuer)
    expect(`${next.origin}${next.pathname}`).to.equal(`${issuer}/federation/apple/callback`)
    const landing = await traveller.browser.go(next.href, { until: traveller.until })
    expect((await rp.finish(traveller.begun, landing.url)).claims()).to.include({ email: person.email })
  })

  it('may not be answered at another site', async () => {
    const { issuer } = shared()
    const body = new URLSearchParams({ state: 'x', code: 'https://elsewhere.example.com' })
    const reply = await fetch(`${issuer}/federation/..%2f..%2felsewhere.example.com/callback`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html' },
      body,
    })
    const location = reply.headers.get('location')
    if (location !== null) expect(new URL(location, issuer).origin).to.equal(issuer)
  })
})

const formOfProviders = ({ browser }: Traveller): number =>
  browser.forms().findIndex(({ action }) => action.endsWith('/federation'))
