import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { type Browser, formsOf, openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, type SignedIn } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { visit } from '../authorize/ask.ts'
import { opens } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
  other: RelyingParty
}

const bye = 'https://rp.example/bye'

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What a stranger may send in place of the registered `https://rp.example/bye` (RU-01 to RU-08). */
const foreign = [
  'https://evil.test/',
  'https://rp.example.evil.test/bye',
  'https://xrp.example/bye',
  'https://rp.example@evil.test/bye',
  'HTTPS://RP.EXAMPLE/bye',
  'https://rp.example/Bye',
  'https://rp.example/bye/',
  'https://rp.example/bye?x=y',
  'https://rp.example/bye#x',
  'https://rp.example/x/../bye',
  'https://rp.example/cb',
  '/%09/evil',
  '\\/evil',
  '//evil.test',
  'https:/\\evil.test',
  'https://rp.example/bye\r\nLocation: https://evil.test',
  'javascript:alert(1)',
  '"><script>alert(1)</script>',
]

describe('the page that asks whether to sign out', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    client: await relyingParty(app, {
      redirectUris: ['https://rp.example/cb'],
      postLogoutRedirectUris: [bye],
    }),
    other: await relyingParty(app, {
      redirectUris: ['https://other.example/cb'],
      postLogoutRedirectUris: ['https://other.example/bye'],
    }),
  }))

  const signIn = async (): Promise<SignedIn> => fixture().client.signIn(await person(fixture().app))

  const isSignedIn = async (browser: Browser): Promise<boolean> =>
    'code' in (await visit(browser, fixture().client, { prompt: 'none' })).answer

  const logoutUrl = (parameters: Record<string, string> = {}): string =>
    `${fixture().issuer}/logout?${String(new URLSearchParams(parameters))}`

  it('comes for a bare request, which ends nothing (LO-01)', async () => {
    const { issuer } = fixture()
    const { browser, tokens } = await signIn()
    const page = await browser.go(logoutUrl())
    expect(page.status).to.equal(200)
    expect(formsOf(page.html)[0]?.action).to.equal(`${issuer}/logout/confirm`)
    expect(page.headers.getSetCookie().join()).not.to.match(/gatehouse_session=;/)
    expect(await isSignedIn(browser)).to.equal(true)
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
  })

  it('comes for a request with a hint too, and one that a form of another site sends', async () => {
    const { issuer } = fixture()
    const { browser, tokens } = await signIn()
    const page = await browser.go(
      logoutUrl({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: bye }),
    )
    expect([page.status, page.url.startsWith(issuer)]).to.deep.equal([200, true])
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const posted = await fetch(`${issuer}/logout`, {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.test', accept: 'text/html' },
      body: new URLSearchParams({ logout: 'yes' }),
      redirect: 'manual',
    })
    expect(posted.headers.get('location')).to.equal(`${issuer}/logout?`) // asks again, by a link
    expect(await isSignedIn(browser)).to.equal(true)
  })

  it('is not skipped: a POST without its token, or with another’s, is refused', async () => {
    const { issuer } = fixture()
    const [{ browser }, stranger] = [await signIn(), await signIn()]
    await browser.go(logoutUrl())
    const others = formsOf((await stranger.browser.go(logoutUrl())).html)[0]?.fields.xsrf ?? ''
    const cookie = browser
      .cookies()
      .filter(({ path }) => path === '/')
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const forms: Record<string, string>[] = [
      { logout: 'yes' },
      { logout: 'yes', xsrf: '' },
      { logout: 'yes', xsrf: 'x' },
      { logout: 'yes', xsrf: others },
    ]
    for (const form of forms) {
      const reply = await fetch(`${issuer}/logout/confirm`, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams(form),
        redirect: 'manual',
      })
      expect([reply.status, reply.headers.get('location')], JSON.stringify(form)).to.deep.equal([400, null])
    }
    const got = await fetch(`${issuer}/logout/confirm?logout=yes`, {
      headers: { cookie },
      redirect: 'manual',
    })
    expect(got.status).to.be.oneOf([404, 405])
    expect(await isSignedIn(browser)).to.equal(true)
  })

  it('lets one stay: without the answer yes the session lives', async () => {
    const { browser } = await signIn()
    await browser.go(logoutUrl())
    await browser.submit({})
    expect(await isSignedIn(browser)).to.equal(true)
  })

  it('is an error for a hint that was changed, is not signed, or belongs to another client (LO-03)', async () => {
    const { issuer, other } = fixture()
    const { browser, tokens } = await signIn()
    const [header = '', payload = '', signature = ''] = (tokens.id_token ?? '').split('.')
    const changed = encode({ ...decodeJwt(tokens.id_token ?? ''), sub: 'somebody' })
    const hints: Record<string, Record<string, string>> = {
      unsigned: { id_token_hint: `${encode({ alg: 'none' })}.${payload}.` },
      changed: { id_token_hint: [header, changed, signature].join('.') },
      'signed by something else': {
        id_token_hint: [header, payload, 'A'.repeat(signature.length)].join('.'),
      },
      'of another client': { id_token_hint: tokens.id_token ?? '', client_id: other.clientId },
      nonsense: { id_token_hint: 'a.b.c' },
      'an access token': { id_token_hint: tokens.access_token },
      'of nobody': { id_token_hint: `${header}.${encode({ aud: 'gh_nobody' })}.${signature}` },
    }
    for (const [what, hint] of Object.entries(hints)) {
      const page = await browser.go(
        logoutUrl({ ...hint, post_logout_redirect_uri: bye, state: '<script>x</script>' }),
      )
      expect(page.status, what).to.equal(400)
      expect(page.url.startsWith(`${issuer}/logout`), what).to.equal(true)
      expect(page.html, what).not.to.include('<script>x')
    }
    expect(await isSignedIn(browser)).to.equal(true)
  })

  it('asks also where the hint names another person: nobody signs somebody else out', async () => {
    const [{ browser }, other] = [await signIn(), await signIn()]
    const page = await browser.go(
      logoutUrl({ id_token_hint: other.tokens.id_token ?? '', post_logout_redirect_uri: bye }),
    )
    expect(page.status).to.equal(200)
    expect(await isSignedIn(browser)).to.equal(true)
    expect(await isSignedIn(other.browser)).to.equal(true)
  })

  it('takes no address but a registered one to go to afterwards (RU-18)', async () => {
    const { issuer, client } = fixture()
    const { browser, tokens } = await signIn()
    for (const post_logout_redirect_uri of [...foreign, 'https://other.example/bye']) {
      for (const who of [{ id_token_hint: tokens.id_token ?? '' }, { client_id: client.clientId }]) {
        const page = await browser.go(logoutUrl({ ...who, post_logout_redirect_uri }))
        expect(page.status, post_logout_redirect_uri).to.equal(400)
        expect(page.html, post_logout_redirect_uri).not.to.match(/evil\.test|<script>alert/)
      }
      await browser.go(logoutUrl({ post_logout_redirect_uri }))
      const stayed = await browser.submit({}, { until: (url) => !url.startsWith(issuer) })
      expect(stayed.url.startsWith(issuer), `${post_logout_redirect_uri} without a client`).to.equal(true)
    }
  })

  it('leads back to the client with its state, and to nobody without', async () => {
    const { issuer } = fixture()
    const leave = async (parameters: (signedIn: SignedIn) => Record<string, string>) => {
      const signedIn = await signIn()
      await signedIn.browser.go(logoutUrl(parameters(signedIn)))
      return signedIn.browser.submit({ logout: 'yes' }, { until: (url) => !url.startsWith(issuer) })
    }
    const back = await leave(({ tokens }) => ({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: bye,
      state: 'a&b=c',
    }))
    expect(back.url).to.equal(`${bye}?state=a%26b%3Dc`)
    const here = await leave(() => ({}))
    expect(new URL(here.url).origin).to.equal(issuer)
    expect(here.status).to.equal(200)
  })

  it('sends itself where nobody is signed in, and changes nothing', async () => {
    const { issuer, client } = fixture()
    const browser = openBrowser()
    const page = await browser.go(logoutUrl({ client_id: client.clientId, post_logout_redirect_uri: bye }))
    expect(page.status).to.equal(200)
    const landing = await browser.submit({}, { until: (url) => !url.startsWith(issuer) })
    expect(landing.url).to.equal(bye)
  })

  it('leaves nothing of who was signed in to who signs in next on this browser (LO-09)', async () => {
    const { app, client } = fixture()
    const { browser, tokens } = await signIn()
    const isDevice = (name: string) => name === 'gatehouse_device' // the browser's, whoever uses it
    const everywhere = () => browser.cookies().filter(({ name, path }) => path === '/' && !isDevice(name))
    const before = new Set(everywhere().map(({ value }) => value))
    expect(before.size).to.be.at.least(1)
    await browser.go(logoutUrl())
    await browser.submit({ logout: 'yes' })
    const bob = await person(app)
    const next = await client.signIn(bob, { browser })
    expect(next.tokens.claims()?.sub).to.equal(bob.id)
    expect(next.tokens.claims()?.sid).not.to.equal(tokens.claims()?.sid)
    for (const { name, value } of everywhere()) expect(before.has(value), name).to.equal(false)
  })

  it('is of no use to who lost their cookies: signing in anew begins a new session', async () => {
    const { app, client } = fixture()
    const { browser, tokens } = await signIn()
    await browser.go(logoutUrl())
    browser.clearCookies()
    const landing = await browser.submit({ logout: 'yes' })
    expect(landing.status).to.equal(400)
    const next = await client.signIn(await person(app), { browser })
    expect(next.tokens.claims()?.sid).not.to.equal(tokens.claims()?.sid)
    expect(next.tokens.claims()?.sub).not.to.equal(tokens.claims()?.sub)
  })
})
