import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { type Browser, openBrowser } from '../../support/browser.ts'
import { person, type Person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { typesCode } from '../../authentication/second-factor-support.ts'
import { enrolled, toMiddleOfStep } from '../../factors/support.ts'
import { answerIn, ask, visit } from '../authorize/ask.ts'
import { bearer, get } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  own: RelyingParty
  foreign: RelyingParty
  limited: RelyingParty
}

const asked = (claims: object): Record<string, string> => ({
  scope: 'openid',
  claims: JSON.stringify(claims),
})

describe('OpenID Connect Core 1.0, section 5.5: the claims parameter', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const ann = await person(app)
    const told = { nickname: 'Annie', birthdate: '1990-12-31' }
    await app.db('profiles').insert({ user_id: ann.id, updated_at: app.clock.now(), ...told })
    return {
      ...{ app, issuer, ann },
      own: await relyingParty(app),
      foreign: await relyingParty(app, { firstParty: false }),
      limited: await relyingParty(app, { scopes: ['openid', 'email'] }),
    }
  })

  const userinfo = async (token: string) => (await get(`${fixture().issuer}/userinfo`, bearer(token))).body

  /** Consents to everything on a page like this, or nothing. */
  const decide = (browser: Browser, client: RelyingParty, decision: 'approve' | 'decline') =>
    browser.submit({ decision }, { until: (next) => next.startsWith(client.redirectUri) })

  it('gives single claims at userinfo and in the ID token, and no more than those', async () => {
    const { own, ann } = fixture()
    const parameters = asked({
      userinfo: { nickname: { essential: true }, unheard_of: null },
      id_token: { email: null },
    })
    const { tokens } = await own.signIn(ann, { parameters })
    expect(tokens.scope).to.equal('openid')
    expect(await userinfo(tokens.access_token)).to.deep.equal({ sub: ann.id, nickname: 'Annie' })
    expect(tokens.claims())
      .to.include({ email: ann.email })
      .and.not.have.any.keys('nickname', 'name', 'email_verified')
    const refreshed = await own.refresh(tokens.refresh_token ?? '')
    expect(await userinfo(refreshed.access_token)).to.deep.equal({ sub: ann.id, nickname: 'Annie' })
    expect(decodeJwt(refreshed.access_token)).to.deep.include({ userinfo_claims: ['nickname'] })
  })

  it('adds to what the scopes give', async () => {
    const { own, ann } = fixture()
    const parameters = { ...asked({ userinfo: { birthdate: null } }), scope: 'openid email' }
    const { tokens } = await own.signIn(ann, { parameters })
    const known = { sub: ann.id, email: ann.email, email_verified: true, birthdate: '1990-12-31' }
    expect(await userinfo(tokens.access_token)).to.deep.equal(known)
  })

  it('is consented to like a scope: nothing goes to somebody else’s client unasked (AZ-10)', async () => {
    const { app, foreign } = fixture()
    const ann = await person(app)
    const { browser, tokens } = await foreign.signIn(ann, { parameters: { scope: 'openid' } })
    expect(await userinfo(tokens.access_token)).to.deep.equal({ sub: ann.id })

    const wanted = asked({ userinfo: { email: null }, id_token: { name: null } })
    const silent = await visit(browser, foreign, { ...wanted, prompt: 'none' })
    expect(silent.answer).to.include({ error: 'consent_required' })
    const page = await visit(browser, foreign, wanted)
    expect(page.url.pathname).to.match(/\/consent$/)
    expect(page.html).to.include('See your email address').and.include('See your name')
    const declined = await decide(browser, foreign, 'decline')
    expect(answerIn(declined.url)).to.include({ error: 'access_denied' })

    const begun = await foreign.begin(wanted)
    await browser.go(begun.url)
    const agreed = await foreign.finish(begun, (await decide(browser, foreign, 'approve')).url)
    expect(await userinfo(agreed.access_token)).to.deep.equal({ sub: ann.id, email: ann.email })
    expect(agreed.claims()).to.include({ name: 'Ann Example' })
    expect((await visit(browser, foreign, { ...wanted, prompt: 'none' })).answer).to.have.property('code')
    const more = await visit(browser, foreign, {
      ...asked({ userinfo: { phone_number: null } }),
      prompt: 'none',
    })
    expect(more.answer, 'another claim').to.include({ error: 'consent_required' })
  })

  it('asks nothing of a person who has let the client have the whole scope', async () => {
    const { app, foreign } = fixture()
    const { browser } = await foreign.signIn(await person(app), { parameters: { scope: 'openid email' } })
    const wanted = { ...asked({ userinfo: { email: null } }), prompt: 'none' }
    expect((await visit(browser, foreign, wanted)).answer).to.have.property('code')
  })

  it('a consent to a single claim is none to its scope, and a scope is not taken for one', async () => {
    const { app, foreign } = fixture()
    const ann = await person(app)
    const { browser } = await foreign.signIn(ann, { parameters: asked({ userinfo: { nickname: null } }) })
    const whole = await visit(browser, foreign, { scope: 'openid profile', prompt: 'none' })
    expect(whole.answer).to.include({ error: 'consent_required' })
    await foreign.signIn(ann, { browser, parameters: { scope: 'openid claim:email claim' } })
    const single = await visit(browser, foreign, { ...asked({ userinfo: { email: null } }), prompt: 'none' })
    expect(single.answer).to.include({ error: 'consent_required' })
  })

  it('gives no client what its scopes may not hold, and asks nobody for it', async () => {
    const { limited, ann } = fixture()
    const parameters = asked({ userinfo: { nickname: null, email: null }, id_token: { birthdate: null } })
    const { tokens } = await limited.signIn(ann, { parameters })
    expect(await userinfo(tokens.access_token)).to.deep.equal({ sub: ann.id, email: ann.email })
    expect(tokens.claims()).not.to.have.property('birthdate')
  })

  const malformed: [what: string, claims: string][] = [
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing we know', '{"saml":{}}'],
    ['a text for a claim', '{"userinfo":{"email":"yes"}}'],
    ['values that are no list', '{"id_token":{"acr":{"essential":true,"values":"x"}}}'],
    [
      'hundreds of claims',
      JSON.stringify({
        userinfo: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`c${i}`, null])),
      }),
    ],
  ]
  for (const [what, claims] of malformed) {
    it(`is refused where it is ${what}`, async () => {
      const { issuer, own } = fixture()
      expect(answerIn((await ask(issuer, own, { claims })).location)).to.include({ error: 'invalid_request' })
    })
  }

  describe('section 5.5.1.1: acr', () => {
    const acr = (values: string[], essential = true) => asked({ id_token: { acr: { essential, values } } })
    const password = 'urn:gatehouse:acr:password'
    const mfa = 'urn:gatehouse:acr:mfa'

    it('that is essential and not ours is answered with unmet_authentication_requirements', async () => {
      const { issuer, own } = fixture()
      for (const one of [
        acr(['urn:example:gold']),
        asked({ id_token: { acr: { essential: true, value: 'x' } } }),
      ]) {
        const { error, code } = answerIn((await ask(issuer, own, one)).location)
        expect([error, code]).to.deep.equal(['unmet_authentication_requirements', undefined])
      }
    })

    it('that is essential and that the person cannot reach is answered so after the sign-in (AZ-06)', async () => {
      const { own, ann } = fixture()
      const browser = openBrowser()
      const begun = await own.begin(acr([mfa]))
      const landing = await signInAt(browser, begun.url, own.redirectUri, ann)
      expect(answerIn(landing.url)).to.include({ error: 'unmet_authentication_requirements' })
      expect(answerIn(landing.url)).not.to.have.property('code')
      expect((await visit(browser, own, { ...acr([mfa]), prompt: 'none' })).answer).to.include({
        error: 'login_required',
      })
      const stepped = await visit(browser, own, acr([mfa]))
      expect(stepped.answer, 'asked for more').not.to.have.property('code')
    })

    it('that is essential and reached is what the ID token says', async () => {
      const { own, ann } = fixture()
      for (const value of [password, 'urn:gatehouse:acr:federated']) {
        const { tokens } = await own.signIn(ann, { parameters: acr(['urn:example:gold', value]) })
        expect(tokens.claims()).to.include({ acr: value })
      }
    })

    it('that is voluntary stops nobody', async () => {
      const { own, ann } = fixture()
      const { tokens } = await own.signIn(ann, { parameters: acr([mfa, 'urn:example:gold'], false) })
      expect(tokens.claims()).to.include({ acr: password })
    })
  })

  describe('section 5.5.1: sub', () => {
    const named = (value: string) => asked({ id_token: { sub: { value } } })

    it('that names who is signed in lets them through, and another is asked to sign in', async () => {
      const { app, own } = fixture()
      const [ann, bob] = [await person(app), await person(app)]
      const { browser } = await own.signIn(ann)
      expect((await visit(browser, own, { ...named(ann.id), prompt: 'none' })).answer).to.have.property(
        'code',
      )
      const other = { ...named(bob.id), prompt: 'none' }
      expect((await visit(browser, own, other)).answer).to.include({ error: 'login_required' })
      expect((await visit(browser, own, named(bob.id))).url.pathname).to.match(/\/login$/)
    })

    it('that names another than who signs in is answered with login_required', async () => {
      const { app, own } = fixture()
      const [ann, bob] = [await person(app), await person(app)]
      const begun = await own.begin(named(bob.id))
      const landing = await signInAt(openBrowser(), begun.url, own.redirectUri, ann)
      expect(answerIn(landing.url)).to.include({ error: 'login_required' })
    })
  })
})

describe('OpenID Connect Core 1.0, section 5.5.1.1: an essential acr of somebody who can reach it', () => {
  it('is asked for in the session that lacks it, and then said as it was asked', async () => {
    const built = await stage()
    toMiddleOfStep(built)
    const ann = await enrolled(built)
    const essential = (value: string) => asked({ id_token: { acr: { essential: true, values: [value] } } })
    const wanted = { ...essential('urn:gatehouse:acr:mfa'), prompt: 'none' }
    expect((await visit(ann.browser, ann.client, wanted)).answer).to.include({ error: 'login_required' })

    const begun = await ann.client.begin(essential('urn:gatehouse:acr:mfa'))
    const until = (next: string) => next.startsWith(ann.client.redirectUri)
    const page = await ann.browser.go(begun.url, { until })
    expect(page.url).to.match(/\/second-factor$/)
    const landing = await typesCode({ browser: ann.browser, until }, ann.app.codeAt(built.clock.now()))
    const claims = (await ann.client.finish(begun, landing.url)).claims()
    expect(claims).to.include({ sub: ann.id, acr: 'urn:gatehouse:acr:mfa' })

    const lower = await ann.client.begin(essential('urn:gatehouse:acr:two-step'))
    const again = await ann.browser.go(lower.url, { until })
    expect((await ann.client.finish(lower, again.url)).claims()).to.include({
      acr: 'urn:gatehouse:acr:two-step',
    })
  })
})
