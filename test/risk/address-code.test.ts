import { decodeJwt } from 'jose'
import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { nativeApp, problem, refusal, tokensOf } from '../authentication/native/app.ts'
import { mailedCode, otherThan } from '../factors/sent-support.ts'
import { enrol } from '../factors/support.ts'
import { raiseFor } from '../lockout/support.ts'
import { solve } from '../lockout/solve.ts'
import { openBrowser } from '../support/browser.ts'
import { callApi } from '../support/my-api.ts'
import { mailsTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { until } from '../support/process.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { clearUp } from './support.ts'

/** A service to which a new device is unusual enough. */
async function wary(opened: Stage) {
  await changeSetting(opened.app, bySystem, 'risk.notify_at', 20)
  await changeSetting(opened.app, bySystem, 'risk.factor_at', 25)
  await until(async () => (await opened.app.settings.get('risk.factor_at')) === 25) // it arrives by the bus
  return opened
}

describe('an unusual sign-in of somebody without a second factor', () => {
  const shared = sharedStage(wary, { variables: { REDIS_URL: '' } })

  /** Somebody who has signed in before, on another device. */
  async function known() {
    const { app } = shared()
    const [ann, client] = [await person(app), await relyingParty(app)]
    await client.signIn(ann)
    return { ann, client }
  }

  it('goes on once the code is typed that was mailed to their address, and claims no second factor', async () => {
    const { app } = shared()
    const { ann, client } = await known()
    const browser = openBrowser()
    const begun = await client.begin()
    await browser.go(begun.url)

    const asked = await browser.submit({ login: ann.email, password: ann.password })
    expect(asked.url).to.match(/\/second-factor$/)
    expect(asked.html).to.include('looks different from your others').and.include('to your e-mail address')
    expect(asked.html).not.to.include('I have lost all of these')
    const typing = await browser.submit({})
    expect(typing.html).to.include('Sent to').and.not.include(ann.email)
    const code = await mailedCode(app, ann.email)
    expect((await browser.submit({ code: otherThan(code) })).status).to.equal(401)
    const landing = await browser.submit({ code }, { until: (url) => url.startsWith(client.redirectUri) })

    const tokens = await client.finish(begun, landing.url)
    expect(tokens.claims()).to.deep.include({ acr: 'urn:gatehouse:acr:password', amr: ['pwd'] })
  })

  it('(MF-08) takes no code of another sign-in, and each once', async () => {
    const { app } = shared()
    const { ann } = await known()
    const phone = await nativeApp(app)
    const [one, other] = [await phone.login(ann), await phone.login(ann)]
    expect(refusal(one)).to.deep.equal(problem(401, 'mfa_required'))
    const sent = { type: 'address_code', id: ann.id }
    await phone.send('/auth/mfa/challenge', { mfa_token: one.body.mfa_token, ...sent })
    const code = await mailedCode(app, ann.email)
    const verify = (mfa_token: unknown) => phone.send('/auth/mfa/verify', { mfa_token, ...sent, code })

    expect(refusal(await verify(other.body.mfa_token))).to.deep.equal(problem(401, 'wrong_second_factor'))
    const all = await Promise.all(Array.from({ length: 4 }, () => verify(one.body.mfa_token)))
    expect(all.filter(({ status }) => status === 200)).to.have.length(1)
  })

  it('(LK-04) wants a proof of work while very many codes are asked for, in applications and on pages', async () => {
    const { app } = shared()
    const { ann, client } = await known()
    const phone = await nativeApp(app)
    const { mfa_token } = (await phone.login(ann)).body
    const ask = (proof?: string) =>
      phone.send('/auth/mfa/challenge', { mfa_token, type: 'address_code', id: ann.id, proof })
    await raiseFor(app, 'code', async () => {
      const wanted = await ask()
      expect(refusal(wanted)).to.deep.equal(problem(401, 'proof_required'))
      const sent = await ask(solve(String(wanted.body.challenge), Number(wanted.body.difficulty)))
      expect(sent.status, sent.text).to.equal(200)

      const browser = openBrowser()
      await browser.go((await client.begin()).url)
      await browser.submit({ login: ann.email, password: ann.password })
      const page = await browser.submit({})
      expect(page.html).to.include('Very many messages are being asked for')
      const proof = solve(
        browser.forms()[0]?.fields.proof ?? '',
        Number(/data-difficulty="(\d+)"/.exec(page.html)?.[1]),
      )
      expect((await browser.submit({ proof })).html).to.include('Sent to')
    })
  })

  it('is let in by letter alone where there is no proven address, or a mail was read', async () => {
    const { app } = shared()
    const { ann } = await known()
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: null })
    const phone = await nativeApp(app)
    expect((await phone.login(ann)).status).to.equal(200)
  })

  it('sets nothing up before that, also where everybody needs a second factor', async () => {
    const { app } = shared()
    const { ann } = await known()
    const phone = await nativeApp(app)
    await changeSetting(app, bySystem, 'mfa.policy', 'required')
    await until(async () => (await app.settings.get('mfa.policy')) === 'required')
    try {
      const first = await phone.login(ann)
      expect(refusal(first)).to.deep.equal(problem(401, 'mfa_required'))
      const { mfa_token } = first.body
      expect(refusal(await phone.send('/auth/mfa/enrol', { mfa_token, type: 'totp' }))).to.deep.equal(
        problem(401, 'mfa_token_invalid'),
      )
      await phone.send('/auth/mfa/challenge', { mfa_token, type: 'address_code', id: ann.id })
      const code = await mailedCode(app, ann.email)
      const proof = { mfa_token, type: 'address_code', id: ann.id, code }
      expect(refusal(await phone.send('/auth/mfa/verify', proof))).to.deep.equal(
        problem(401, 'mfa_enrolment_required'),
      )
    } finally {
      await changeSetting(app, bySystem, 'mfa.policy', 'optional')
      await until(async () => (await app.settings.get('mfa.policy')) === 'optional')
    }
  })

  it('asks who has a second factor for that, and mails no code', async () => {
    const opened = shared()
    const { app } = opened
    const { ann } = await known()
    const phone = await nativeApp(app)
    const reply = await clearUp(phone, (await phone.login(ann)).body, () => mailedCode(app, ann.email))
    expect(decodeJwt(tokensOf(reply).access_token).acr).to.equal('urn:gatehouse:acr:password')
    const token = tokensOf(reply).access_token
    await enrol(opened, {
      call: async (method, path, body) => callApi(opened.issuer + path, { method, token, body }),
    })
    const before = (await mailsTo(app, ann.email)).length
    const { body } = await phone.login(ann)
    const sent = await phone.send('/auth/mfa/challenge', {
      ...{ mfa_token: body.mfa_token, type: 'address_code', id: ann.id },
    })
    expect((body.factors as { type: string }[]).map(({ type }) => type)).to.deep.equal([
      'totp',
      'recovery_code',
    ])
    expect(refusal(sent)).to.deep.equal(problem(404, 'factor_not_found'))
    expect((await mailsTo(app, ann.email)).length).to.equal(before)
  })
})
