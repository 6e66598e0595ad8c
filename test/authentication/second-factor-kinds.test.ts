import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { allow, otherThan, texting, textedCode, textsTo, withPhone } from '../factors/sent-support.ts'
import { enrol, enrolled } from '../factors/support.ts'
import { atSignIn, type Traveller } from '../federation/upstream-providers.ts'
import { register } from '../passkeys/support.ts'
import { type Authenticator, openAuthenticator } from '../support/authenticator.ts'
import { keepSecret } from '../support/canary.ts'
import { type Me, signedIn } from '../support/my-api.ts'
import { until } from '../support/process.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { nativeApp, type NativeApp, problem, refusal, tokensOf } from './native/app.ts'
import { showsPasskey } from './second-factor-support.ts'

const objectOf = (value: unknown) => value as Record<string, unknown>

const acr = (level: string): string => `urn:gatehouse:acr:${level}`

/** Types the password, and ends at the page of the second step. */
async function atSecondStep(stage: Stage, ann: Me): Promise<Traveller> {
  const traveller = await atSignIn(await relyingParty(stage.app))
  const { browser, until } = traveller
  const landing = await browser.submit({ login: ann.email, password: ann.password }, { until })
  expect(landing.url).to.match(/\/second-factor$/)
  return { ...traveller, landing }
}

async function withKey(stage: Stage): Promise<Me & { key: Authenticator }> {
  const me = await signedIn(stage)
  const key = openAuthenticator({ origin: stage.issuer })
  expect((await register(me, key, { purpose: 'security-key' })).status).to.equal(201)
  return { ...me, key }
}

async function handleFor(phone: NativeApp, ann: Me): Promise<{ handle: string; factors: unknown }> {
  const reply = await phone.login(ann)
  expect(refusal(reply)).to.deep.equal(problem(401, 'mfa_required'))
  keepSecret(String(reply.body.mfa_token))
  return { handle: String(reply.body.mfa_token), factors: reply.body.factors }
}

describe('a code by text message in a sign-in', () => {
  it('is sent when its owner asks for it, works once, and says no more than it is', async () => {
    const stage = await texting()
    const ann = await signedIn(stage)
    await withPhone(stage, ann.id)
    const before = (await textsTo(stage.app)).length
    const { browser, until: back, landing } = await atSecondStep(stage, ann)
    expect(landing.html).to.include('Send the code')
    expect(await textsTo(stage.app), 'looking sends nothing').to.have.lengthOf(before)

    const sent = await browser.submit({}, { until: back })
    expect(sent.html).to.include('•••• 78').and.not.to.include('+4915112345678')
    const code = await textedCode(stage.app)
    const wrong = await browser.submit({ code: otherThan(code) }, { until: back })
    expect([wrong.status, wrong.html.includes('This is not right')]).to.deep.equal([401, true])
    const right = await browser.submit({ code }, { until: back })
    expect(back(right.url), right.url).to.equal(true)
    const rows = await stage.app.db('sessions').where({ user_id: ann.id, acr: acr('two-step') })
    expect(rows).to.have.lengthOf(1)

    const other = await atSecondStep(stage, ann)
    await other.browser.submit({}, { until: other.until })
    expect((await other.browser.submit({ code }, { until: other.until })).status, 'MF-08').to.equal(401)
  })

  it('is asked for before anything else may be set up, also while none can be sent', async () => {
    const stage = await texting()
    const ann = await signedIn(stage)
    await withPhone(stage, ann.id)
    await allow(stage.app, [])
    await until(async () => (await stage.app.settings.get('sms.allowed_countries')).length === 0)
    const { browser, until: back } = await atSecondStep(stage, ann)
    const refused = await browser.submit({}, { until: back })
    expect([refused.status, refused.url.endsWith('/second-factor/send')]).to.deep.equal([403, true])
    expect(refused.html).to.include('Choose another way')
    const enrolling = await browser.go(refused.url.replace('second-factor/send', 'enrol'), { until: back })
    expect(enrolling.url).to.match(/\/second-factor$/)
  })

  it('MF-05, MF-08: of one application’s sign-in is worth nothing in another sign-in', async () => {
    const stage = await texting()
    const [ann, phone] = [await signedIn(stage), await nativeApp(stage.app)]
    const id = await withPhone(stage, ann.id)
    const [one, other] = [await handleFor(phone, ann), await handleFor(phone, ann)]
    expect(one.factors).to.deep.include({ type: 'sms_code', id, label: '•••• 78' })

    const asked = { mfa_token: one.handle, type: 'sms_code', id }
    const sent = await phone.send('/auth/mfa/challenge', asked)
    expect([sent.status, sent.body]).to.deep.equal([200, { sent_to: '•••• 78' }])
    const code = await textedCode(stage.app)
    const elsewhere = await phone.send('/auth/mfa/verify', { ...asked, mfa_token: other.handle, code })
    expect(refusal(elsewhere)).to.deep.equal(problem(401, 'wrong_second_factor'))
    const here = await phone.send('/auth/mfa/verify', { ...asked, code })
    expect(here.status, here.text).to.equal(200)
    expect(decodeJwt(tokensOf(here).access_token)).to.include({ acr: acr('two-step') })
  })

  it('goes to factors of the person alone', async () => {
    const stage = await texting()
    const [ann, bob] = [await signedIn(stage), await signedIn(stage)]
    const phone = await nativeApp(stage.app)
    await withPhone(stage, ann.id)
    const bobs = await withPhone(stage, bob.id, '+4915112345679')
    const { handle } = await handleFor(phone, ann)
    const asked = { mfa_token: handle, type: 'sms_code', id: bobs }
    expect((await phone.send('/auth/mfa/challenge', asked)).status).to.equal(404)
  })
})

describe('a security key in a sign-in', () => {
  const shared = sharedStage()

  it('comes second to the password, on its page', async () => {
    const ann = await withKey(shared())
    const traveller = await atSecondStep(shared(), ann)
    const landing = await showsPasskey(traveller, ann.key)
    expect(traveller.until(landing.url), landing.url).to.equal(true)
    const rows = await shared()
      .app.db('sessions')
      .where({ user_id: ann.id, acr: acr('mfa') })
      .select<{ amr: string[] }[]>('amr')
    expect(rows[0]?.amr).to.deep.equal(['pwd', 'hwk', 'mfa'])
  })

  it('MF-05: of somebody else is refused', async () => {
    const [ann, bob] = [await withKey(shared()), await withKey(shared())]
    const phone = await nativeApp(shared().app)
    const { handle } = await handleFor(phone, ann)
    const asked = { mfa_token: handle, type: 'security_key' }
    const { public_key: options } = (await phone.send('/auth/mfa/challenge', asked)).body
    const bobs = (
      await phone.send('/auth/mfa/challenge', { ...asked, mfa_token: (await handleFor(phone, bob)).handle })
    ).body.public_key
    const credential = bob.key.get({ ...objectOf(bobs), challenge: objectOf(options).challenge })
    const reply = await phone.send('/auth/mfa/verify', { ...asked, credential })
    expect(refusal(reply)).to.deep.equal(problem(401, 'wrong_second_factor'))
  })

  it('is one of several ways, and works in our own applications', async () => {
    const ann = await withKey(shared())
    await enrol(shared(), ann).catch(() => undefined) // its session is of the password alone
    const phone = await nativeApp(shared().app)
    const { handle, factors } = await handleFor(phone, ann)
    expect(factors).to.deep.include({ type: 'security_key' })
    const asked = { mfa_token: handle, type: 'security_key' }
    const { body } = await phone.send('/auth/mfa/challenge', asked)
    const credential = ann.key.get(body.public_key)
    const done = await phone.send('/auth/mfa/verify', { ...asked, credential })
    expect(done.status, done.text).to.equal(200)
    expect(decodeJwt(tokensOf(done).access_token)).to.deep.include({ amr: ['pwd', 'hwk', 'mfa'] })
    const again = await phone.send('/auth/mfa/verify', { ...asked, credential })
    expect(refusal(again)).to.deep.equal(problem(401, 'mfa_token_invalid'))
  })

  it('does not stand in for the app where nothing was signed', async () => {
    const ann = await enrolled(shared())
    const phone = await nativeApp(shared().app)
    const { handle } = await handleFor(phone, ann)
    const reply = await phone.send('/auth/mfa/verify', { mfa_token: handle, type: 'security_key' })
    expect(refusal(reply)).to.deep.equal(problem(401, 'wrong_second_factor'))
  })
})
