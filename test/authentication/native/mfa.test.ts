import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { endSessionsOfUser } from '../../../src/features/sessions/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { sha256 } from '../../../src/platform/crypto/index.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { type Enrolled, enrolled, toMiddleOfStep } from '../../factors/support.ts'
import { openAuthenticatorApp, wrongCode } from '../../support/authenticator-app.ts'
import { keepSecret } from '../../support/canary.ts'
import type { Me } from '../../support/my-api.ts'
import { person } from '../../support/people.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { type NativeApp, nativeApp, problem, refusal, type Reply, tokensOf } from './app.ts'

interface Fixture extends Stage {
  phone: NativeApp
  ann: Me & Enrolled
}

const invalid = problem(401, 'mfa_token_invalid')

async function fixture(options: Parameters<typeof stage>[0] = {}): Promise<Fixture> {
  const built = await stage(options)
  toMiddleOfStep(built)
  return { ...built, phone: await nativeApp(built.app), ann: await enrolled(built) }
}

/** Signs in as far as the password goes; what stands for the rest. */
async function handleFor({ phone, ann }: Pick<Fixture, 'phone' | 'ann'>, more: object = {}): Promise<string> {
  const reply = await phone.login(ann, more)
  expect(refusal(reply)).to.deep.equal(problem(401, 'mfa_required'))
  keepSecret(String(reply.body.mfa_token))
  return String(reply.body.mfa_token)
}

const shows = (phone: NativeApp, handle: unknown, code: string, more: object = {}): Promise<Reply> =>
  phone.send('/auth/mfa/verify', { mfa_token: handle, type: 'totp', code, ...more })

const signInsOf = async ({ app, ann }: Fixture, action = 'sign_in.succeeded'): Promise<number> =>
  (await app.db('audit_records').where({ action, target_id: ann.id })).length

describe('a second factor in one of our own applications', function () {
  this.timeout(60_000)

  it('is asked for with what the rest goes by, and only then somebody has signed in', async () => {
    const made = await fixture()
    const { app, clock, phone, ann } = made
    const before = await signInsOf(made)
    const reply = await phone.login(ann)
    expect(refusal(reply)).to.deep.equal(problem(401, 'mfa_required'))
    expect(reply.body).to.include({ expires_in: 3600 })
    expect(reply.body.factors).to.deep.equal([{ type: 'totp' }, { type: 'recovery_code' }])
    expect(reply.text).not.to.include('access_token')
    const handle = String(reply.body.mfa_token)
    keepSecret(handle)
    const rows = JSON.stringify(await app.db('sign_in_attempts'))
    expect(rows).not.to.include(handle)

    expect(refusal(await shows(phone, handle, wrongCode(ann.app, clock.now())))).to.deep.equal(
      problem(401, 'wrong_second_factor'),
    )
    expect(await signInsOf(made)).to.equal(before)
    const signed = await shows(phone, handle, ann.app.codeAt(clock.now()))
    expect(signed.status, signed.text).to.equal(200)
    const { access_token: token, id_token: idToken } = tokensOf(signed)
    for (const one of [token, idToken])
      expect(decodeJwt(one)).to.deep.include({
        acr: 'urn:gatehouse:acr:mfa',
        amr: ['pwd', 'otp', 'mfa'],
      })
    expect(await signInsOf(made)).to.equal(before + 1)
    expect(await signInsOf(made, 'sign_in.second_factor_demanded')).to.equal(1)
    expect(await signInsOf(made, 'sign_in.second_factor_failed')).to.equal(1)

    clock.advance(30)
    const replayed = await shows(phone, handle, ann.app.codeAt(clock.now()))
    expect(refusal(replayed), 'a completed sign-in').to.deep.equal(invalid)
  })

  it('goes by that alone: of this application, of this person, while it lasts (MF-05)', async () => {
    const made = await fixture()
    const { app, clock, phone, ann } = made
    const other = await nativeApp(app)
    const bob = await enrolled(made)
    const handle = await handleFor(made)
    const code = ann.app.codeAt(clock.now())

    expect(refusal(await shows(other, handle, code)), 'another application').to.deep.equal(invalid)
    const tokens = ann.signedIn.tokens
    for (const wrong of [
      'x',
      `${handle}x`,
      sha256(handle).toString('hex'),
      tokens.access_token,
      ann.codes[0],
    ])
      expect(refusal(await shows(phone, String(wrong).slice(0, 200), code))).to.deep.equal(invalid)
    const begun = await ann.client.begin()
    const { url } = await ann.browser.go(begun.url)
    const uid = /interaction\/([^/]+)/.exec(url)?.[1] ?? 'x'
    expect(refusal(await shows(phone, uid, code)), 'a sign-in of a browser').to.deep.equal(invalid)
    expect(refusal(await shows(phone, handle, bob.app.codeAt(clock.now())))).to.deep.equal(
      problem(401, 'wrong_second_factor'),
    )
    const enrolling = await phone.send('/auth/mfa/enrol', { mfa_token: handle, type: 'totp' })
    expect(refusal(enrolling), 'nobody sets up a new one in place of showing theirs').to.deep.equal(invalid)

    clock.advance(3601)
    expect(refusal(await shows(phone, handle, ann.app.codeAt(clock.now())))).to.deep.equal(invalid)
  })

  it('is taken once of any number at one moment (ONE/20)', async () => {
    const made = await fixture()
    const handle = await handleFor(made)
    const code = made.ann.app.codeAt(made.clock.now())
    const replies = await Promise.all(Array.from({ length: 20 }, () => shows(made.phone, handle, code)))
    expect(replies.filter(({ status }) => status === 200)).to.have.lengthOf(1)
    expect(replies.filter(({ text }) => text.includes('access_token'))).to.have.lengthOf(1)
  })

  it('of two kinds at one moment begins one session, and none by the second alone', async () => {
    const made = await fixture()
    const { clock, phone, ann } = made
    const before = await signInsOf(made)
    const handle = await handleFor(made)
    const replies = await Promise.all([
      shows(phone, handle, ann.app.codeAt(clock.now())),
      shows(phone, handle, ann.codes[0] ?? '', { type: 'recovery_code' }),
    ])
    for (const { body } of replies.filter(({ status }) => status === 200))
      expect(decodeJwt(String(body.access_token))).to.include({ acr: 'urn:gatehouse:acr:mfa' })
    expect(replies.some(({ status }) => status === 200)).to.equal(true)
    expect(await signInsOf(made)).to.equal(before + 1)
  })

  it('is guessed at five times an hour, whatever it goes by (MF-02)', async () => {
    const made = await fixture()
    const { clock, phone, ann } = made
    for (let n = 0; n < 5; n++) {
      const kind = n % 2 === 0 ? {} : { type: 'recovery_code' }
      const guess = n % 2 === 0 ? wrongCode(ann.app, clock.now()) : '00000-00000'
      expect((await shows(phone, await handleFor(made), guess, kind)).status).to.equal(401)
    }
    const right = await shows(phone, await handleFor(made), ann.app.codeAt(clock.now()))
    expect(refusal(right)).to.deep.equal(problem(429, 'too_many_codes'))
    clock.advance(3601)
    expect((await shows(phone, await handleFor(made), ann.app.codeAt(clock.now()))).status).to.equal(200)
  })

  it('does not go on after everything was signed out', async () => {
    const made = await fixture()
    const { app, clock, phone, ann } = made
    const handle = await handleFor(made)
    clock.advance(1)
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    const reply = await shows(phone, handle, ann.app.codeAt(clock.now()))
    expect(refusal(reply)).to.deep.equal(problem(401, 'wrong_second_factor'))
  })

  it('is not asked again on a device that is remembered, but where the application asks', async () => {
    const made = await fixture()
    const { clock, phone, ann } = made
    const code = ann.app.codeAt(clock.now())
    const signed = await shows(phone, await handleFor(made), code, { remember_device: true })
    const device_token = tokensOf(signed).device_token
    keepSecret(device_token)
    const again = await phone.login(ann, { device_token })
    expect(again.status, again.text).to.equal(200)
    expect(decodeJwt(tokensOf(again).access_token)).to.include({ acr: 'urn:gatehouse:acr:password' })
    await handleFor(made, { device_token, acr_values: 'urn:gatehouse:acr:mfa' })
    await handleFor(made)
  })

  it('may be a recovery code, once', async () => {
    const made = await fixture()
    const { phone, ann } = made
    const [code = ''] = ann.codes
    const recovery = { type: 'recovery_code' }
    const signed = await shows(phone, await handleFor(made), code, recovery)
    expect(decodeJwt(tokensOf(signed).access_token)).to.deep.include({ amr: ['pwd', 'recovery', 'mfa'] })
    expect((await shows(phone, await handleFor(made), code, recovery)).status).to.equal(401)
  })

  it('is set up on the way in where it is required', async () => {
    const built = await stage()
    toMiddleOfStep(built)
    const { app, clock } = built
    await changeSetting(app, bySystem, 'mfa.policy', 'required')
    const phone = await nativeApp(app)
    const ann = await person(app)
    const reply = await phone.login(ann)
    expect(refusal(reply)).to.deep.equal(problem(401, 'mfa_enrolment_required'))
    const { mfa_token } = reply.body
    keepSecret(String(mfa_token))
    const verify = await shows(phone, mfa_token, '123456')
    expect(refusal(verify), 'there is nothing to show').to.deep.equal(invalid)

    const begun = await phone.send('/auth/mfa/enrol', { mfa_token, type: 'totp' })
    expect(begun.status, begun.text).to.equal(200)
    const authenticator = openAuthenticatorApp(String(begun.body.secret))
    const { id } = begun.body
    const confirm = (code: string) => phone.send('/auth/mfa/enrol/verify', { mfa_token, id, code })
    expect((await confirm(wrongCode(authenticator, clock.now()))).status).to.equal(403)
    const done = await confirm(authenticator.codeAt(clock.now()))
    expect(done.status, done.text).to.equal(200)
    expect(done.body.recovery_codes).to.have.lengthOf(10)
    keepSecret(...(done.body.recovery_codes as string[]))
    expect(decodeJwt(tokensOf(done).access_token)).to.include({ acr: 'urn:gatehouse:acr:mfa' })
    expect(refusal(await confirm(authenticator.codeAt(clock.now(), 1)))).to.deep.equal(invalid)
  })
})
