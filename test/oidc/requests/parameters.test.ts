import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { formsOf, openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { answerIn, ask, queryOf, send, visit } from '../authorize/ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  own: RelyingParty
  foreign: RelyingParty
}

describe('OpenID Connect Core 1.0, section 3.1.2.1: what a request may say besides', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    ...{ app, issuer },
    own: await relyingParty(app),
    foreign: await relyingParty(app, {
      firstParty: false,
      policyUri: 'https://rp.example/privacy',
      tosUri: 'https://rp.example/terms',
      logoUri: 'https://rp.example/logo.png',
    }),
  }))

  describe('prompt=select_account', () => {
    const choosing = { prompt: 'select_account' }

    it('asks who goes on, and the person of the session may', async () => {
      const { app, own } = fixture()
      const ann = await person(app)
      const { browser } = await own.signIn(ann)
      const begun = await own.begin(choosing)
      const page = await browser.go(begun.url)
      expect(new URL(page.url).pathname).to.match(/^\/interaction\/[\w-]+\/account$/)
      expect(page.html).to.include(ann.email).and.include('Which account')
      const landing = await browser.submit(
        { account: 'same' },
        { until: (url) => url.startsWith(own.redirectUri) },
      )
      expect((await own.finish(begun, landing.url)).claims()?.sub).to.equal(ann.id)
    })

    it('lets somebody else sign in instead', async () => {
      const { app, own } = fixture()
      const [ann, bob] = [await person(app), await person(app)]
      const { browser, tokens } = await own.signIn(ann)
      const begun = await own.begin(choosing)
      const page = await browser.go(begun.url)
      const login = await browser.submit({ account: 'another' })
      expect(new URL(login.url).pathname).to.match(/\/login$/)
      const landing = await signInAt(browser, login.url, own.redirectUri, bob)
      const claims = (await own.finish(begun, landing.url)).claims()
      expect(claims?.sub).to.equal(bob.id)
      expect(claims?.sid).not.to.equal(tokens.claims()?.sid)
      expect(page.status).to.equal(200)
    })

    it('asks nobody who has yet to sign in: that is the choice', async () => {
      const { app, own } = fixture()
      const ann = await person(app)
      const { tokens } = await own.signIn(ann, { parameters: choosing })
      expect(tokens.claims()?.sub).to.equal(ann.id)
    })

    it('takes no answer without the page’s token, or at another step (AZ-15)', async () => {
      const { app, own } = fixture()
      const { browser } = await own.signIn(await person(app))
      await browser.go((await own.begin(choosing)).url)
      expect((await browser.submit({ account: 'same', csrf: 'x' })).status).to.equal(403)
      const fresh = openBrowser()
      const { url } = await fresh.go((await own.begin()).url)
      const csrf = formsOf((await fresh.go(url)).html)[0]?.fields.csrf ?? ''
      const wrong = await fetch(url.replace(/login$/, 'account'), {
        method: 'POST',
        body: new URLSearchParams({ csrf, account: 'same' }),
        headers: {
          cookie: fresh
            .cookies()
            .map(({ name, value }) => `${name}=${value}`)
            .join('; '),
        },
        redirect: 'manual',
      })
      expect([wrong.status, wrong.headers.get('location')]).to.deep.equal([400, null])
    })

    it('cannot stand beside none', async () => {
      const { issuer, own } = fixture()
      const { location } = await ask(issuer, own, { prompt: 'none select_account' })
      expect(answerIn(location)).to.include({ error: 'invalid_request' })
    })
  })

  it('id_token_hint of another than who then signs in is answered with login_required', async () => {
    const { app, own } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const hint = (await own.signIn(bob)).tokens.id_token ?? ''
    const begun = await own.begin({ id_token_hint: hint })
    const landing = await signInAt(openBrowser(), begun.url, own.redirectUri, ann)
    expect(answerIn(landing.url)).to.include({ error: 'login_required' })
    const right = await own.begin({ id_token_hint: hint })
    const good = await signInAt(openBrowser(), right.url, own.redirectUri, bob)
    expect((await own.finish(right, good.url)).claims()?.sub).to.equal(bob.id)
  })

  it('display, claims_locales and what nobody has heard of change nothing', async () => {
    const { app, own } = fixture()
    const { browser } = await own.signIn(await person(app))
    for (const more of [
      { display: 'popup' },
      { display: 'wap' },
      { claims_locales: 'se de' },
      { extra: 'foobar' },
    ])
      expect((await visit(browser, own, { ...more, prompt: 'none' })).answer).to.have.property('code')
  })

  it('ui_locales chooses the language of every page: sign-in, error and sign-out', async () => {
    const { app, issuer, own } = fixture()
    const german = { ui_locales: 'fr-CA de-AT en' }
    expect((await visit(openBrowser(), own, german)).html).to.include('<html lang="de"')
    expect((await ask(issuer, own, { ...german, redirect_uri: 'https://evil.test' })).html).to.include(
      '<html lang="de"',
    )
    expect((await ask(issuer, own, { ui_locales: 'xx', client_id: 'gh_nobody' })).html).to.include(
      '<html lang="en"',
    )
    const { browser, tokens } = await own.signIn(await person(app))
    const query = new URLSearchParams({ id_token_hint: tokens.id_token ?? '', ...german })
    expect((await browser.go(`${issuer}/logout?${String(query)}`)).html).to.include('<html lang="de"')
    const posted = await openBrowser().go(
      (await own.begin({ ...german, prompt: 'none', response_mode: 'form_post' })).url,
    )
    expect(posted.html).to.include('<html lang="de"').and.include('Weiter')
  })

  it('state comes back byte for byte, whatever it is', async () => {
    const { issuer, own } = fixture()
    const states = ['a+b%20c&d=e#f', '"\'<script>', 'ünï✓', '\t\r\n', 'x'.repeat(2_000), '../../', '0', ' ']
    for (const state of states) {
      const { location } = await ask(issuer, own, { prompt: 'none', state })
      expect(answerIn(location)).to.include({ state, error: 'login_required' })
    }
  })

  it('nonce may be left out in the code flow, and is repeated where it is there (section 3.1.3.7)', async () => {
    const { app, issuer, own } = fixture()
    const { browser } = await own.signIn(await person(app))
    const query = await queryOf(own, { nonce: undefined, prompt: 'none' })
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    expect(answerIn((await send(issuer, query, { cookie })).location)).to.have.property('code')
    const nonce = 'a nonce / + ✓'
    const begun = await own.begin({ nonce })
    const landing = await browser.go(begun.url, { until: (url) => url.startsWith(own.redirectUri) })
    const tokens = await own.finish(
      { ...begun, checks: { ...begun.checks, expectedNonce: nonce } },
      landing.url,
    )
    expect(tokens.claims()).to.include({ nonce })
  })

  it('without openid it is a request of OAuth 2.0: a token, and no ID token (section 3.1.2.1)', async () => {
    const { app, own } = fixture()
    const { browser } = await own.signIn(await person(app))
    const begun = await own.begin({ scope: 'email' })
    const url = new URL(begun.url)
    url.searchParams.delete('nonce') // belongs to OpenID Connect, as max_age and claims do: refused beside no openid
    expect((await visit(browser, own, { scope: 'email' })).answer).to.include({ error: 'invalid_request' })
    const landing = await browser.go(url.href, { until: (url) => url.startsWith(own.redirectUri) })
    const { code = '' } = answerIn(landing.url)
    const reply = await fetch(`${fixture().issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${own.clientId}:${own.secret ?? ''}`)}` },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code, redirect_uri: own.redirectUri },
        code_verifier: begun.checks.pkceCodeVerifier,
      }),
    })
    const body = (await reply.json()) as Record<string, unknown>
    expect(reply.status, JSON.stringify(body)).to.equal(200)
    expect(body).to.have.property('access_token')
    expect(body).not.to.have.property('id_token')
    expect(decodeJwt(String(body.access_token)).scope).to.equal('email')
  })

  it('the ID token says who, for whom, when, and binds the access token (section 3.1.3.6)', async () => {
    const { app, issuer, own } = fixture()
    const ann = await person(app)
    const { tokens } = await own.signIn(ann, { parameters: { max_age: '10000' } })
    const claims = tokens.claims() ?? {}
    expect(claims).to.include({ iss: issuer, sub: ann.id, aud: own.clientId })
    expect(claims).to.have.all.keys(
      ...['iss', 'sub', 'aud', 'exp', 'iat', 'nonce', 'auth_time', 'at_hash', 'acr', 'amr', 'sid'],
      ...['email', 'email_verified', 'name', 'preferred_username'],
    )
  })

  it('the pages of a sign-in lead to what the client says of itself', async () => {
    const { app, foreign } = fixture()
    const browser = openBrowser()
    const login = await visit(browser, foreign)
    const ann = await person(app)
    const consent = await browser.submit({ login: ann.email, password: ann.password })
    for (const html of [login.html, consent.html])
      expect(html)
        .to.include('href="https://rp.example/privacy"')
        .and.include('href="https://rp.example/terms"')
        .and.include('src="https://rp.example/logo.png"')
  })
})
