import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { number, otherThan, textedCode, textsTo } from '../../factors/sent-support.ts'
import { solve } from '../../lockout/solve.ts'
import { raiseFor } from '../../lockout/support.ts'
import { set } from '../../passkeys/support.ts'
import { openAuthenticator } from '../../support/authenticator.ts'
import { openAuthenticatorApp } from '../../support/authenticator-app.ts'
import { keepSecret } from '../../support/canary.ts'
import { person } from '../../support/people.ts'
import { until } from '../../support/process.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import type { Stage } from '../../support/stage.ts'
import { codeIn, letterTo } from '../by-mail/support.ts'
import { nativeApp, type NativeApp, problem, refusal, type Reply, tokensOf } from './app.ts'

const android = `android:apk-key-hash:${'A'.repeat(43)}`

/** A service in which everybody needs a second factor, and codes may go to phones. */
async function demanding(opened: Stage) {
  const { app } = opened
  await changeSetting(app, bySystem, 'mfa.policy', 'required')
  await changeSetting(app, bySystem, 'sign_in.by_mail', 'on')
  await changeSetting(app, bySystem, 'sms.allowed_countries', ['+49'])
  await until(async () => (await app.settings.get('mfa.policy')) === 'required')
  return { ...opened, tablet: await nativeApp(app), android: await nativeApp(app) }
}

const codesIn = ({ body }: Reply): unknown[] => {
  const codes = body.recovery_codes as string[]
  keepSecret(...codes)
  return codes
}

describe('setting a second factor up on the way into one of our own applications', () => {
  const shared = sharedStage(demanding, { variables: { REDIS_URL: '' }, worker: true })

  /** Somebody whose password was right, who has nothing else. */
  async function arrived(phone: NativeApp = shared().tablet) {
    const ann = await person(shared().app)
    const reply = await phone.login(ann)
    expect(refusal(reply)).to.deep.equal(problem(401, 'mfa_enrolment_required'))
    const mfa_token = String(reply.body.mfa_token)
    keepSecret(mfa_token)
    const send = (path: string, body: object, at = phone): Promise<Reply> =>
      at.send(`/auth/mfa/enrol${path}`, { mfa_token, ...body })
    return { ann, types: reply.body.types, send }
  }

  const keyAsked = async (
    { send }: Pick<Awaited<ReturnType<typeof arrived>>, 'send'>,
    type: 'passkey' | 'security_key',
  ): Promise<unknown> => {
    const reply = await send('/key', { type })
    expect(reply.status, reply.text).to.equal(200)
    return reply.body.public_key
  }

  it('says what may be set up', async () => {
    const { app } = shared()
    expect((await arrived()).types).to.deep.equal(['totp', 'passkey', 'security_key', 'sms_code'])
    await changeSetting(app, bySystem, 'sms.allowed_countries', [])
    await until(async () => (await app.settings.get('sms.allowed_countries')).length === 0)
    try {
      const { types, send } = await arrived()
      expect(types).to.deep.equal(['totp', 'passkey', 'security_key'])
      expect(refusal(await send('/phone', { phone_number: number }))).to.deep.equal(
        problem(403, 'sms_not_offered'),
      )
    } finally {
      await changeSetting(app, bySystem, 'sms.allowed_countries', ['+49'])
      await until(async () => (await app.settings.get('sms.allowed_countries')).length === 1)
    }
  })

  it('takes a passkey, which is the proof as well, also of an application on Android', async () => {
    const { app, issuer } = shared()
    await set(app, 'passkeys.app_origins', [android])
    for (const origin of [issuer, android]) {
      const at = await arrived()
      const credential = openAuthenticator({ origin }).create(await keyAsked(at, 'passkey'))

      const done = await at.send('/key/verify', { credential })

      expect(done.status, done.text).to.equal(200)
      expect(done.body.recovery_codes).to.equal(null)
      expect(decodeJwt(tokensOf(done).access_token)).to.deep.include({
        acr: 'urn:gatehouse:acr:mfa',
        amr: ['pwd', 'hwk', 'user', 'mfa'],
      })
      expect(await app.db('passkeys').where({ user_id: at.ann.id }).pluck('purpose')).to.deep.equal([
        'passkey',
      ])
      expect(refusal(await at.send('/key/verify', { credential }))).to.deep.equal(
        problem(401, 'mfa_token_invalid'),
      )
    }
  })

  it('takes a security key, with recovery codes', async () => {
    const { issuer } = shared()
    const at = await arrived()
    const device = openAuthenticator({ origin: issuer })
    const done = await at.send('/key/verify', {
      credential: device.create(await keyAsked(at, 'security_key')),
    })
    expect(done.status, done.text).to.equal(200)
    expect(codesIn(done)).to.have.lengthOf(10)
    expect(decodeJwt(tokensOf(done).access_token)).to.deep.include({ amr: ['pwd', 'hwk', 'mfa'] })
  })

  it('MF-09: refuses a key of another origin, and one that was made for another sign-in', async () => {
    const { issuer } = shared()
    const [at, other] = [await arrived(), await arrived()]
    const elsewhere = openAuthenticator({ origin: 'https://evil.test' })
    const device = openAuthenticator({ origin: issuer })
    for (const credential of [
      elsewhere.create(await keyAsked(at, 'passkey')),
      device.create(await keyAsked(other, 'security_key')),
    ])
      expect(refusal(await at.send('/key/verify', { credential }))).to.deep.equal(
        problem(403, 'passkey_refused'),
      )
  })

  it('takes a phone by the code that was sent there', async () => {
    const { app } = shared()
    const at = await arrived()
    expect((await at.send('/phone', { phone_number: 'not a number' })).status).to.equal(422)
    const asked = await at.send('/phone', { phone_number: number })
    expect(asked.status, asked.text).to.equal(200)
    expect(asked.body).to.deep.equal({ sent_to: '•••• 78', expires_in: 600 })
    const code = await textedCode(app)
    expect(refusal(await at.send('/phone/verify', { code: otherThan(code) }))).to.deep.equal(
      problem(403, 'sent_code_refused'),
    )

    const done = await at.send('/phone/verify', { code })

    expect(done.status, done.text).to.equal(200)
    expect(codesIn(done)).to.have.lengthOf(10)
    expect(decodeJwt(tokensOf(done).access_token)).to.deep.include({
      acr: 'urn:gatehouse:acr:two-step',
      amr: ['pwd', 'sms'],
    })
  })

  it('(LK-04) wants a proof of work before it sends a code while very many are asked for', async () => {
    const { app } = shared()
    const at = await arrived()
    const sent = (await textsTo(app)).length
    await raiseFor(app, 'code', async () => {
      const wanted = await at.send('/phone', { phone_number: number })
      expect(refusal(wanted)).to.deep.equal(problem(401, 'proof_required'))
      expect(await textsTo(app)).to.have.lengthOf(sent)
      const { challenge, difficulty } = wanted.body
      const proof = solve(String(challenge), Number(difficulty))
      expect((await at.send('/phone', { phone_number: number, proof })).status).to.equal(200)
    })
  })

  it('MF-08: takes no code that was sent for another sign-in', async () => {
    const { app } = shared()
    const [at, other] = [await arrived(), await arrived()]
    await at.send('/phone', { phone_number: number })
    const code = await textedCode(app)
    await other.send('/phone', { phone_number: number })
    expect(await textedCode(app)).not.to.equal(code)
    expect(refusal(await other.send('/phone/verify', { code }))).to.deep.equal(
      problem(403, 'sent_code_refused'),
    )
  })

  it('MF-11: answers for what somebody else has begun as for what nobody has', async () => {
    const { clock } = shared()
    const [at, other] = [await arrived(), await arrived()]
    const begun = await other.send('', { type: 'totp' })
    const code = openAuthenticatorApp(String(begun.body.secret)).codeAt(clock.now())
    const [theirs, nobodys] = [
      await at.send('/verify', { id: begun.body.id, code }),
      await at.send('/verify', { id: '019a0000-0000-7000-8000-000000000000', code }),
    ]
    expect(refusal(theirs)).to.deep.equal(problem(404, 'factor_not_found'))
    expect(refusal(theirs)).to.deep.equal(refusal(nobodys))
    expect(Object.keys(theirs.body)).to.deep.equal(Object.keys(nobodys.body))
  })

  it('goes by the handle of the sign-in alone, at its own application', async () => {
    const { app, issuer, tablet, android: elsewhere } = shared()
    const at = await arrived(tablet)
    const bodies: Record<string, object> = {
      '/phone': { phone_number: number },
      '/phone/verify': { code: '123456' },
      '/key': { type: 'passkey' },
      '/key/verify': {
        credential: openAuthenticator({ origin: issuer }).create(await keyAsked(at, 'passkey')),
      },
    }
    const sent = (await textsTo(app)).length
    for (const [path, body] of Object.entries(bodies)) {
      const invalid = problem(401, 'mfa_token_invalid')
      expect(refusal(await at.send(path, body, elsewhere)), path).to.deep.equal(invalid)
      expect(refusal(await at.send(path, { ...body, mfa_token: 'x' })), path).to.deep.equal(invalid)
    }
    expect(await textsTo(app)).to.have.lengthOf(sent)
  })

  it('offers no key to who has read a mail and no more', async () => {
    const { app, tablet } = shared()
    const ann = await person(app)
    const { body } = await tablet.send('/auth/by-mail/start', { login: ann.email })
    const code = codeIn(await letterTo(app, ann))
    const reply = await tablet.send('/auth/by-mail/verify', { handle: body.handle, code })
    expect(refusal(reply)).to.deep.equal(problem(401, 'mfa_enrolment_required'))
    expect(reply.body.types).to.deep.equal(['totp', 'sms_code'])
    const { mfa_token } = reply.body
    expect(refusal(await tablet.send('/auth/mfa/enrol/key', { mfa_token, type: 'passkey' }))).to.deep.equal(
      problem(403, 'passkey_refused'),
    )
  })
})
