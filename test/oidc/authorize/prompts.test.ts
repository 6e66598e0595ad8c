import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { answerIn, ask, visit } from './ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  own: RelyingParty
  foreign: RelyingParty
}

describe('what a client may ask about the person (OpenID Connect Core 1.0, section 3.1.2.1)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    own: await relyingParty(app),
    foreign: await relyingParty(app, { firstParty: false }),
  }))

  it('prompt=none without a session answers login_required, with one a code, and never a page', async () => {
    const { app, issuer, own } = fixture()
    expect(answerIn((await ask(issuer, own, { prompt: 'none' })).location)).to.include({
      error: 'login_required',
      iss: issuer,
    })
    const { browser } = await own.signIn(await person(app))
    expect((await visit(browser, own, { prompt: 'none' })).answer).to.have.property('code')
  })

  it('prompt=none answers consent_required where the person has not agreed', async () => {
    const { app, own, foreign } = fixture()
    const ann = await person(app)
    const { browser } = await own.signIn(ann)
    expect((await visit(browser, foreign, { prompt: 'none' })).answer).to.include({
      error: 'consent_required',
    })
    await foreign.signIn(ann, { browser })
    expect((await visit(browser, foreign, { prompt: 'none' })).answer).to.have.property('code')
    const more = { prompt: 'none', scope: 'openid profile email phone' }
    expect((await visit(browser, foreign, more)).answer).to.include({ error: 'consent_required' })
  })

  it('prompt=login asks for the password again and says when in auth_time', async () => {
    const { app, own } = fixture()
    const ann = await person(app)
    const first = await own.signIn(ann)
    const { url } = await visit(first.browser, own, { prompt: 'login' })
    expect(url.pathname).to.match(/^\/interaction\/[\w-]+\/login$/)
    const again = await own.signIn(ann, { browser: first.browser, parameters: { prompt: 'login' } })
    expect(again.tokens.claims()?.auth_time).to.be.at.least(first.tokens.claims()?.auth_time ?? Infinity)
  })

  it('prompt=consent asks again although the person has agreed before', async () => {
    const { app, foreign } = fixture()
    const { browser } = await foreign.signIn(await person(app))
    const { url } = await visit(browser, foreign, { prompt: 'consent' })
    expect(url.pathname).to.match(/\/consent$/)
    expect((await visit(browser, foreign)).answer).to.have.property('code')
  })

  it('prompt=login by another person ends the session of the first', async () => {
    const { app, own } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const { browser, tokens } = await own.signIn(ann)
    const other = await own.signIn(bob, { browser, parameters: { prompt: 'login' } })
    expect(other.tokens.claims()?.sub).to.equal(bob.id)
    expect(other.tokens.claims()?.sid).not.to.equal(tokens.claims()?.sid)
  })

  it('screen_hint=signup opens the registration, screen_hint=login and no hint the sign-in', async () => {
    const { own } = fixture()
    const opened = async (parameters: Record<string, string>) =>
      (await visit(openBrowser(), own, parameters)).url.pathname.split('/').at(-1)
    expect(await opened({ screen_hint: 'signup' })).to.equal('register')
    expect(await opened({ screen_hint: 'login' })).to.equal('login')
    expect(await opened({})).to.equal('login')
  })

  it('id_token_hint of who is signed in lets them through, of somebody else asks for a sign-in', async () => {
    const { app, own } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const { browser, tokens } = await own.signIn(ann)
    const bobs = await own.signIn(bob)
    const hint = (token: string | undefined) => ({ prompt: 'none', id_token_hint: token ?? '' })
    expect((await visit(browser, own, hint(tokens.id_token))).answer).to.have.property('code')
    expect((await visit(browser, own, hint(bobs.tokens.id_token))).answer).to.include({
      error: 'login_required',
    })
  })

  it('id_token_hint that was changed, is not signed, or is for another client is refused', async () => {
    const { app, own, foreign } = fixture()
    const { browser, tokens } = await own.signIn(await person(app))
    const [header = '', payload = '', signature = ''] = (tokens.id_token ?? '').split('.')
    const claims = { ...decodeJwt(tokens.id_token ?? ''), sub: 'somebody' }
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const hints = {
      changed: [header, encode(claims), signature].join('.'),
      'not signed': [encode({ alg: 'none' }), payload, ''].join('.'),
      'signed by something else': [header, payload, 'A'.repeat(signature.length)].join('.'),
    }
    for (const [what, id_token_hint] of Object.entries(hints))
      expect((await visit(browser, own, { prompt: 'none', id_token_hint })).answer, what).to.include({
        error: 'invalid_request',
      })
    const { answer } = await visit(browser, foreign, { prompt: 'none', id_token_hint: tokens.id_token ?? '' })
    expect(answer.error).to.be.oneOf(['invalid_request', 'consent_required', 'login_required'])
    expect(answer).not.to.have.property('code')
  })

  it('login_hint stands in the form, escaped', async () => {
    const { own } = fixture()
    const { html } = await visit(openBrowser(), own, { login_hint: '"><script>x</script>' })
    expect(html).not.to.include('<script>x')
    expect(html).to.match(/value="[^"]*(&#34;|&quot;)&gt;&lt;script/)
  })
})

describe('how long ago somebody signed in (AZ-06)', () => {
  it('max_age asks again when it is longer ago, and the ID token tells the truth', async () => {
    const { app, clock } = await stage()
    const ann = await person(app)
    const own = await relyingParty(app)
    clock.advance(-120) // the library compares with the time of the machine, so the sign-in is put back instead
    const first = await own.signIn(ann)
    const before = first.tokens.claims()?.auth_time ?? 0
    clock.advance(120)

    expect((await visit(first.browser, own, { max_age: '600' })).answer).to.have.property('code')
    expect((await visit(first.browser, own, { max_age: '60', prompt: 'none' })).answer).to.include({
      error: 'login_required',
    })
    expect((await visit(first.browser, own)).answer, 'without max_age').to.have.property('code')
    const begun = await own.begin({ max_age: '60' })
    const landing = await signInAt(first.browser, begun.url, own.redirectUri, ann)
    const claims = (await own.finish(begun, landing.url)).claims()
    expect(claims?.auth_time).to.be.at.least(before + 115)
    expect(claims).to.deep.include({ acr: 'urn:gatehouse:acr:password', amr: ['pwd'] })
  })

  it('max_age=0 is prompt=login', async () => {
    const { app } = await stage()
    const own = await relyingParty(app)
    const { browser } = await own.signIn(await person(app))
    expect((await visit(browser, own, { max_age: '0' })).url.pathname).to.match(/\/login$/)
    expect((await visit(browser, own, { max_age: '0', prompt: 'none' })).answer).to.have.property('error')
  })

  it('acr_values that nobody can prove are never claimed', async () => {
    const { app } = await stage()
    const own = await relyingParty(app)
    const { tokens } = await own.signIn(await person(app), {
      parameters: { acr_values: 'urn:example:gold urn:gatehouse:acr:mfa' },
    })
    expect(tokens.claims()?.acr).to.equal('urn:gatehouse:acr:password')
  })
})

describe('a native client of somebody else (AZ-12)', () => {
  const register = (app: Gatehouse, firstParty: boolean) =>
    relyingParty(app, {
      applicationType: 'native',
      authentication: 'none',
      firstParty,
      redirectUris: ['http://127.0.0.1/cb'],
      postLogoutRedirectUris: [],
    })

  it('is asked for consent each time, since anybody can pose as it (RFC 8252, section 8.6)', async () => {
    const { app } = await stage()
    const [foreign, own] = [await register(app, false), await register(app, true)]
    const ann = await person(app)
    const { browser } = await foreign.signIn(ann)
    expect((await visit(browser, foreign)).url.pathname).to.match(/\/consent$/)
    expect((await visit(browser, foreign, { prompt: 'none' })).answer.error).to.be.oneOf([
      'interaction_required',
      'consent_required',
    ])
    expect((await visit(browser, own)).answer, 'our own').to.have.property('code')
  })
})
