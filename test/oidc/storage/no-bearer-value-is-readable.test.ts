import { expect } from 'chai'

import { nativeApp, tokensOf } from '../../authentication/native/app.ts'
import { type Browser, openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { asClient, introspect, opens, post, refresh, signingClient } from '../tokens/requests.ts'
import { scan } from './scan.ts'

/** The id in a URL under /interaction/ or /authorize/. */
const interactionOf = (url: string): string => /\/interaction\/([^/?]+)/.exec(url)?.[1] ?? ''

describe('what stands in Postgres and Redis', () => {
  it('is no token, code, cookie, request_uri, secret or password that anyone holds, at any step (RT-12)', async function () {
    this.timeout(60_000)
    const { app, issuer } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app, { firstParty: false })
    const machine = await signingClient(app)
    const held: Record<string, string> = { password: ann.password, 'client secret': client.secret ?? '' }
    const until = (next: string) => next.startsWith(client.redirectUri)
    const browser = openBrowser()
    let step = 0

    /** Whatever the browser holds by now, and nothing of it in the stores. */
    async function look(): Promise<void> {
      step++
      for (const { name, value } of cookiesOf(browser)) held[`cookie ${name} at step ${step}`] = value
      expect(await scan(app, held), `step ${step}`).to.deep.equal([])
    }

    const begun = await client.begin({ scope: 'openid profile email offline_access' })
    held.verifier = begun.checks.pkceCodeVerifier
    const pushed = await asClient(issuer, '/par', client, Object.fromEntries(new URL(begun.url).searchParams))
    const requestUri = String(pushed.body.request_uri)
    held['request_uri'] = requestUri.split(':').at(-1) ?? ''
    await look()

    const query = new URLSearchParams({ client_id: client.clientId, request_uri: requestUri })
    const login = await browser.go(`${issuer}/authorize?${query.toString()}`, { until })
    held['interaction of the login'] = interactionOf(login.url)
    held['form token of the login'] = csrfOf(login.html)
    await look()
    await browser.submit({ login: ann.email, password: `${ann.password} wrong` }, { until })
    held['wrong password'] = `${ann.password} wrong`
    await look()

    const consent = await browser.submit({ login: ann.email, password: ann.password }, { until })
    expect(consent.url).to.match(/\/consent$/)
    held['interaction of the consent'] = interactionOf(consent.url)
    held['form token of the consent'] = csrfOf(consent.html)
    await look()
    const landing = await browser.submit({ decision: 'approve' }, { until })
    held.code = new URL(landing.url).searchParams.get('code') ?? ''
    await look()

    const tokens = await client.finish(begun, landing.url)
    held['access token'] = tokens.access_token
    held['ID token'] = tokens.id_token ?? ''
    held['refresh token'] = tokens.refresh_token ?? ''
    await look()
    const rotated = await refresh(issuer, client, tokens.refresh_token)
    held['second access token'] = String(rotated.body.access_token)
    held['second refresh token'] = String(rotated.body.refresh_token)
    await look()
    await refresh(issuer, client, tokens.refresh_token)
    await introspect(issuer, client, rotated.body.refresh_token)
    await opens(issuer, rotated.body.access_token)
    await asClient(issuer, '/revoke', client, { token: tokens.access_token })
    const assertion = await machine.assertion()
    held.assertion = assertion.client_assertion ?? ''
    const own = await post(`${issuer}/token`, { grant_type: 'client_credentials', ...assertion })
    held['client credentials token'] = String(own.body.access_token)
    await look()

    const logout = new URLSearchParams({ id_token_hint: tokens.id_token ?? '' })
    const question = await browser.go(`${issuer}/logout?${logout.toString()}`)
    held['form token of the logout'] = /name="xsrf"[^>]*value="([^"]+)"/.exec(question.html)?.[1] ?? ''
    await browser.submit({ logout: 'yes' })
    await look()

    expect(Object.values(held).filter((value) => value.length < 8)).to.deep.equal([])
    expect(cookiesOf(browser).find(({ name }) => name === 'gatehouse_session')).to.equal(undefined)
  })

  it('is nothing either that the native API gives (RT-12)', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const phone = await nativeApp(app, { authentication: 'secret' })
    const first = await phone.signedIn(ann)
    const second = tokensOf(await phone.refresh(first.refresh_token))
    const held: Record<string, string> = { password: ann.password, 'client secret': phone.secret ?? '' }
    for (const [which, tokens] of Object.entries({ first, second })) {
      held[`${which} access token`] = tokens.access_token
      held[`${which} ID token`] = tokens.id_token
      held[`${which} refresh token`] = tokens.refresh_token
    }
    expect(await scan(app, held)).to.deep.equal([])
  })

  it('would be found by that scan in any spelling, in any table', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const token = Buffer.alloc(32, 7).toString('base64url')
    await app.db('oidc_payloads').insert([
      { model: 1, id: Buffer.from('1'), payload: { deep: [token] }, expires_at: new Date() },
      { model: 1, id: Buffer.from(token), payload: {}, expires_at: new Date() },
      { model: 1, id: Buffer.from(token, 'base64url'), payload: {}, expires_at: new Date() },
    ])
    await app.cache?.set('gatehouse-scan-test', `x${token}`, 'EX', 5).catch(() => undefined)

    const finds = await scan(app, { token, email: ann.email })

    expect(finds.filter(({ value }) => value === 'email').map(({ place }) => place)).to.include(
      'public.users',
    )
    const places = finds.filter(({ value }) => value === 'token').map(({ place }) => place)
    const inRedis = app.cache === null ? [] : ['redis gatehouse:gatehouse-scan-test']
    expect(places).to.deep.equal(['public.oidc_payloads', ...inRedis])
    await app
      .db('oidc_payloads')
      .where({ id: Buffer.from('1') })
      .delete()
    expect((await scan({ db: app.db, cache: null }, { token })).length).to.equal(1)
    await app
      .db('oidc_payloads')
      .where({ id: Buffer.from(token) })
      .delete()
    expect((await scan({ db: app.db, cache: null }, { token })).length).to.equal(1)
  })
})

const cookiesOf = (browser: Browser) => browser.cookies().filter(({ value }) => value !== '')

const csrfOf = (html: string): string => /name="csrf"[^>]*value="([^"]+)"/.exec(html)?.[1] ?? ''
