import { expect } from 'chai'

import { beginMail, sendCode } from '../../src/features/factors/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { type Answer, type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { keyed } from '../passkeys/support.ts'
import {
  allow,
  mailCodes,
  mailedCode,
  number,
  otherThan,
  prove,
  textedCode,
  texting,
  textsTo,
  withPhone,
} from './sent-support.ts'
import { enrolled } from './support.ts'

const path = '/users/me/factors'

const beginSms = (me: Pick<Me, 'call'>, phone = number): Promise<Answer> =>
  me.call('POST', `${path}/sms`, { phone_number: phone })

const verify = (me: Pick<Me, 'call'>, { body }: Answer, code: string, kind = 'sms'): Promise<Answer> =>
  me.call('POST', `${path}/${kind}/${String(body.id)}/verify`, { code })

describe('adding a phone', () => {
  it('takes the code that was sent there, gives recovery codes once, and is told, recorded and published', async () => {
    const opened = await stage({ worker: true })
    await allow(opened.app, ['+49'])
    const ann = await signedIn(opened)

    const begun = await beginSms(ann, '+49 (0)151 123 456 78')
    expect(begun.status).to.equal(201)
    expect(begun.body).to.include({ sent_to: '•••• 78' })
    const added = await verify(ann, begun, await textedCode(opened.app))

    expect(added.status).to.equal(200)
    expect(added.body.factor).to.include({ kind: 'sms', name: '•••• 78' })
    expect(added.body.recovery_codes).to.have.lengthOf(10)
    expect(JSON.stringify(added.body)).not.to.include('15112345678')
    await mailTo(opened.app, ann.email, 'factor-added')
    const events = await opened.app
      .db<{ type: string; data: unknown }>('outbox_events')
      .where({ type: 'auth.factor.added' })
    expect(events.map(({ data }) => data)).to.deep.equal([{ factorId: begun.body.id, kind: 'sms' }])
  })

  it('proves nothing before the code came back', async () => {
    const opened = await texting()
    const ann = await signedIn(opened)
    const begun = await beginSms(ann)
    expect((await ann.call('GET', path)).body.items).to.deep.equal([])
    expect((await verify(ann, begun, otherThan(await textedCode(opened.app)))).status).to.equal(403)
    expect((await ann.call('GET', path)).body.items).to.deep.equal([])
  })

  it('(MF-02) counts wrong codes with all others, also where another code or number is asked for', async () => {
    const opened = await texting()
    const ann = await signedIn(opened)
    for (let tries = 0; tries < 5; tries++) {
      const begun = await beginSms(ann, tries % 2 === 0 ? number : '+4915187654321')
      const refused = await verify(ann, begun, '000000000')
      expect(problemOf(refused)).to.equal('sent_code_refused')
    }
    await opened.app.db('rate_limits').delete()
    const begun = await ann.call('POST', `${path}/sms`, { phone_number: '+4915111111111' })
    const right = await verify(ann, begun, await textedCode(opened.app, '+4915111111111'))
    expect([right.status, problemOf(right)]).to.deep.equal([429, 'too_many_codes'])
  })

  it('(MF-08, MF-05) takes no code of another session, person or phone', async () => {
    const opened = await texting()
    const ann = await signedIn(opened)
    const begun = await beginSms(ann)
    const code = await textedCode(opened.app)
    const again = await signedIn(opened, { as: ann })
    const bob = await signedIn(opened)
    const bobs = await beginSms(bob, '+4915187654321')

    const refused = [
      await verify(again, begun, code),
      await verify(bob, begun, code),
      await verify(bob, bobs, code),
    ]
    expect(refused.map(problemOf)).to.deep.equal(Array(3).fill('sent_code_refused'))
    expect((await verify(ann, begun, code)).status).to.equal(200)
  })

  it('(MF-08) takes none after ten minutes, and none but the newest', async () => {
    const opened = await texting()
    const ann = await signedIn(opened)
    const begun = await beginSms(ann)
    const first = await textedCode(opened.app)
    const resent = await ann.call('POST', `${path}/sms/${String(begun.body.id)}/resend`)
    expect(resent.status).to.equal(202)
    const second = await textedCode(opened.app)
    if (first !== second) expect((await verify(ann, begun, first)).status).to.equal(403)
    await opened.app.db('factor_codes').update({ expires_at: opened.clock.now() }) // tokens end before codes do
    expect((await verify(ann, begun, second)).status).to.equal(403)
  })

  it('wants a sign-in of the last fifteen minutes, and a body that is one', async () => {
    const opened = await texting()
    const ann = await signedIn(opened)
    for (const body of [{}, { phone_number: [number] }, { phone_number: number, to: number }])
      expect((await ann.call('POST', `${path}/sms`, body)).status).to.equal(400)
    opened.clock.advance(16 * 60)
    const late = await beginSms(ann)
    expect(late.status).to.equal(401)
  })

  it('is refused for what is no number, and for a country that nobody named', async () => {
    const opened = await texting()
    const ann = await signedIn(opened)
    expect(problemOf(await beginSms(ann, '0151 12345678'))).to.equal('phone_number_invalid')
    expect(problemOf(await beginSms(ann, '+43 664 1234567'))).to.equal('country_not_allowed')
    await allow(opened.app, [])
    expect(problemOf(await beginSms(ann))).to.equal('sms_not_offered')
    expect(await textsTo(opened.app)).to.have.lengthOf(0)
  })

  it('is not offered where nobody takes text messages', async () => {
    const opened = await stage({ variables: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'id@example.com' } })
    await allow(opened.app, ['+49'])
    expect(problemOf(await beginSms(await signedIn(opened)))).to.equal('sms_not_offered')
  })
})

describe('the phones of an account', () => {
  it('are three, each once', async () => {
    const opened = await texting()
    const { id: userId } = await person(opened.app)
    for (const end of [1, 2, 3]) await withPhone(opened, userId, `+491511234567${end}`)
    const begun = (phone: string) => withPhone(opened, userId, phone).catch((error: unknown) => error)
    expect(await begun('+4915112345671')).to.include({ code: 'phone_known' })
    expect(await begun('+4915112345674')).to.include({ code: 'phones_full' })
  })
})

describe('codes by mail', () => {
  const begin = (me: Pick<Me, 'call'>): Promise<Answer> => me.call('POST', `${path}/mail`)

  it('are off unless an operator turns them on, and then confirmed by one', async () => {
    const opened = await stage()
    const ann = await signedIn(opened)
    expect(problemOf(await begin(ann))).to.equal('mail_codes_not_offered')
    await mailCodes(opened.app, true)

    const begun = await begin(ann)
    expect(begun.body.sent_to).to.equal('a•••@example.com')
    const added = await verify(ann, begun, await mailedCode(opened.app, ann.email), 'mail')

    expect(added.status).to.equal(200)
    expect(added.body.factor).to.include({ kind: 'mail' })
    const [mail] = (await mailsTo(opened.app, ann.email)).filter(({ letter }) => letter === 'factor-code')
    expect(mail?.url).to.equal(null)
  })

  it('are refused where the address is not proven, and to who may do more than with their own account', async () => {
    const opened = await stage()
    await mailCodes(opened.app, true)
    const session = 'any'
    const begun = async (userId: string): Promise<string> =>
      beginMail(opened.app, bySystem, { userId, session }).then(
        () => 'done',
        (error: unknown) => (error instanceof Problem ? error.code : String(error)),
      )
    const admin = await person(opened.app, { role: 'admin' })
    expect(await begun(admin.id)).to.equal('mail_codes_not_offered')
    const ann = await person(opened.app)
    await opened.app.db('users').where({ id: ann.id }).update({ email_verified_at: null })
    expect(await begun(ann.id)).to.equal('mail_codes_not_offered')
  })

  it('never stand in for something stronger: an app, a phone, or a passkey', async () => {
    const opened = await texting()
    await mailCodes(opened.app, true)
    const { id: withApp } = await enrolled(opened)
    const { id: withKey } = await keyed(opened)
    for (const userId of [withApp, withKey]) {
      const refused = await beginMail(opened.app, bySystem, { userId, session: 'any' }).catch(
        (error: unknown) => error,
      )
      expect(refused).to.include({ code: 'mail_codes_not_offered' })
    }
  })

  it('end where something stronger is added later, and where they are turned off', async () => {
    const opened = await texting()
    await mailCodes(opened.app, true)
    const ann = await signedIn(opened)
    const begun = await begin(ann)
    await verify(ann, begun, await mailedCode(opened.app, ann.email), 'mail')
    const asking = {
      userId: ann.id,
      factorId: String(begun.body.id),
      purpose: 'sign-in',
      bound: 'one',
    } as const
    await sendCode(opened.app, bySystem, asking)
    const code = await mailedCode(opened.app, ann.email)

    await mailCodes(opened.app, false)
    expect(await prove(opened.app, asking, code)).to.equal('wrong_code')
    await mailCodes(opened.app, true)
    expect(await prove(opened.app, asking, code)).to.equal('used')
  })

  it('go to the address that the account has, and one sent before to another is void', async () => {
    const opened = await stage()
    await mailCodes(opened.app, true)
    const ann = await signedIn(opened)
    const begun = await begin(ann)
    await verify(ann, begun, await mailedCode(opened.app, ann.email), 'mail')
    const asking = {
      userId: ann.id,
      factorId: String(begun.body.id),
      purpose: 'sign-in',
      bound: 'one',
    } as const
    await sendCode(opened.app, bySystem, asking)
    const code = await mailedCode(opened.app, ann.email)

    await opened.app.db('users').where({ id: ann.id }).update({ email: 'other@example.com' })
    expect(await prove(opened.app, asking, code)).to.equal('wrong_code')
    await sendCode(opened.app, bySystem, asking)
    expect(await prove(opened.app, asking, await mailedCode(opened.app, 'other@example.com'))).to.equal(
      'used',
    )
  })
})
