import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import {
  listSentFactors,
  moveFactors,
  removeFactor,
  sendCode,
  verifyRecoveryCode,
  verifyTotp,
} from '../../src/features/factors/index.ts'
import { rewrapSeeds } from '../../src/features/factors/rewrap-seeds.ts'
import { bySystem } from '../../src/platform/app.ts'
import { newId, randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { person } from '../support/people.ts'
import { allow, otherThan, prove, textedCode, texting, textsTo, withPhone } from './sent-support.ts'

async function phoned() {
  const opened = await texting()
  const ann = await person(opened.app)
  const factorId = await withPhone(opened, ann.id)
  const asking = { userId: ann.id, factorId, purpose: 'sign-in', bound: 'attempt 1' } as const
  const send = (given: Partial<Parameters<typeof sendCode>[2]> = {}) =>
    sendCode(opened.app, bySystem, { ...asking, ...given })
  return { ...opened, ann, factorId, asking, send }
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  )

/** Limits go by the real clock. */
async function anHourLater({ db }: Gatehouse): Promise<void> {
  for (const name of ['code-hour', 'sms-number'])
    await db('rate_limits').whereLike('key', `${name}%`).delete()
}

describe('a code that was sent', () => {
  it('is good once, of any number at one moment for one', async () => {
    const { app, asking, send } = await phoned()
    expect(await send()).to.include({ kind: 'sms', hint: '•••• 78' })
    const code = await textedCode(app)

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => prove(app, asking, code)))

    expect(outcomes.filter((outcome) => outcome === 'used')).to.have.lengthOf(1)
    expect(await prove(app, asking, code)).to.equal('wrong_code')
  })

  it('(MF-08) is worth nothing in another sign-in or session, for another purpose, or after ten minutes', async () => {
    const { app, clock, asking, send } = await phoned()
    await send()
    const code = await textedCode(app)

    expect(await prove(app, { ...asking, bound: 'attempt 2' }, code)).to.equal('wrong_code')
    expect(await prove(app, { ...asking, purpose: 'step-up' }, code)).to.equal('wrong_code')
    expect(await prove(app, { ...asking, purpose: 'enrol' }, code)).to.equal('wrong_code')
    clock.advance(601)
    expect(await prove(app, asking, code)).to.equal('wrong_code')
  })

  it('(MF-08) that enrols proves nothing at a sign-in', async () => {
    const opened = await texting()
    const { id: userId } = await person(opened.app)
    const factorId = await withPhone(opened, userId)
    const used = await textedCode(opened.app)
    const asking = { userId, factorId, purpose: 'sign-in', bound: 'enrolling' } as const
    expect(await prove(opened.app, asking, used)).to.equal('wrong_code')
  })

  it('(MF-08) dies when a newer one is sent, wherever that was asked for', async () => {
    const { app, asking, send } = await phoned()
    await send()
    const older = await textedCode(app)
    await send({ bound: 'attempt 2' })
    const newer = await textedCode(app)

    if (older !== newer) expect(await prove(app, asking, older)).to.equal('wrong_code')
    expect(await prove(app, { ...asking, bound: 'attempt 2' }, newer)).to.equal('used')
  })

  it('(MF-05) is looked at for its own person and phone alone', async () => {
    const opened = await phoned()
    const { app, asking, send } = opened
    const bob = await person(app)
    const bobs = await withPhone(opened, bob.id, '+4915187654321')
    await send()
    const code = await textedCode(app)

    expect(await prove(app, { ...asking, userId: bob.id }, code)).to.equal('wrong_code')
    expect(await prove(app, { ...asking, userId: bob.id, factorId: bobs }, code)).to.equal('wrong_code')
    expect(await prove(app, { ...asking, factorId: bobs }, code)).to.equal('wrong_code')
    expect(await codeOf(send({ userId: bob.id }))).to.equal('factor_not_found')
    expect(await prove(app, asking, code)).to.equal('used')
  })

  it('(MF-02) is counted with those of all kinds, and a new one begins no new count', async () => {
    const { app, clock, ann, asking, send } = await phoned()
    await send()
    const wrong = otherThan(await textedCode(app))
    expect(await prove(app, asking, wrong)).to.equal('wrong_code')
    expect(await prove(app, asking, wrong)).to.equal('wrong_code')
    expect(await verifyTotp(app, { userId: ann.id, code: '000000' })).to.equal('wrong_code')
    expect(await verifyRecoveryCode(app, { userId: ann.id, code: 'nothing' })).to.equal('wrong_code')
    expect(await prove(app, asking, wrong)).to.equal('wrong_code')

    await send()
    expect(await prove(app, asking, await textedCode(app))).to.equal('too_many_codes')
    clock.advance(3601)
    await send()
    expect(await prove(app, asking, await textedCode(app))).to.equal('used')
  })

  it('(MF-02) is looked at no more than five times, of any number at once', async () => {
    const { app, asking, send } = await phoned()
    await send()
    const wrong = otherThan(await textedCode(app))
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => prove(app, asking, wrong)))
    expect(outcomes.filter((outcome) => outcome === 'wrong_code')).to.have.lengthOf(5)
  })

  it('goes with the phone it was sent to', async () => {
    const { app, ann, factorId, asking, send } = await phoned()
    await send()
    const code = await textedCode(app)
    await transaction(app.db, (tx) =>
      removeFactor(app, tx, app.clock.now(), bySystem, { userId: ann.id, id: factorId }),
    )
    expect(await prove(app, asking, code)).to.equal('wrong_code')
    expect(await app.db('factor_codes')).to.have.lengthOf(0)
  })

  it('stands nowhere in clear, nor does the number', async () => {
    const { app, send } = await phoned()
    await send()
    const code = await textedCode(app)
    const tables = [
      'factors',
      'factor_codes',
      'sms_messages',
      'audit_records',
      'audit_inbox',
      'outbox_events',
      'rate_limits',
    ]
    for (const table of tables) {
      const rows = await app.db<Record<string, unknown>>(table)
      const values = rows.flatMap((row) =>
        Object.values(row).map((value) =>
          value instanceof Buffer ? value.toString('latin1') : JSON.stringify(value),
        ),
      )
      expect(values.join('\n'), table).not.to.include('15112345678')
      expect(
        values.some((value) => value === `"${code}"` || value === code),
        table,
      ).to.equal(false)
    }
  })
})

describe('merging', () => {
  it('moves a phone, whose codes from before are void, and no mailbox', async () => {
    const { app, ann, factorId, asking, send } = await phoned()
    await send()
    const code = await textedCode(app)
    const bob = await person(app)
    const at = app.clock.now()
    for (const userId of [ann.id, bob.id])
      await app.db('factors').insert({
        ...{ id: newId(at), user_id: userId, kind: 'mail', name: 'E-mail', created_at: at, confirmed_at: at },
      })

    const moved = await transaction(app.db, (tx) => moveFactors(tx, { from: ann.id, to: bob.id }))

    expect(moved).to.deep.equal([factorId])
    expect(await prove(app, asking, code)).to.equal('wrong_code')
    expect(await prove(app, { ...asking, userId: bob.id }, code)).to.equal('wrong_code')
    await send({ userId: bob.id })
    expect(await prove(app, { ...asking, userId: bob.id }, await textedCode(app))).to.equal('used')
  })
})

describe('another key', () => {
  it('seals numbers anew as well, and another pepper leaves codes good that are on their way', async () => {
    const { app, asking, send } = await phoned()
    const fresh = { id: 'new', bytes: randomBytes(32) }
    const keys = [fresh, ...app.config.keyEncryptionKeys.reveal()]
    const peppers = [fresh, ...app.config.peppers.reveal()]
    const both = { ...app.config, keyEncryptionKeys: secret(keys), peppers: secret(peppers) }
    await send()
    const code = await textedCode(app)

    expect(await rewrapSeeds({ ...app, config: both }, bySystem)).to.include({ rewrapped: 1, unopened: 0 })
    const alone = { ...both, keyEncryptionKeys: secret([fresh]) }
    expect(await prove({ ...app, config: alone }, asking, code)).to.equal('used')
  })
})

describe('sending codes', () => {
  it('is limited for a person to five an hour and twenty a day', async () => {
    const { app, send } = await phoned() // enrolling has sent one
    for (let sent = 1; sent < 5; sent++) await send()
    expect(await codeOf(send())).to.equal('too_many_requests')
    expect(await textsTo(app)).to.have.lengthOf(5)

    const day = await phoned()
    for (let sent = 1; sent < 20; sent++) {
      if (sent % 4 === 0) await anHourLater(day.app)
      await day.send()
    }
    await anHourLater(day.app)
    expect(await codeOf(day.send())).to.equal('too_many_requests')
  })

  it('is limited for a number over all persons', async () => {
    const opened = await texting()
    for (let sent = 0; sent < 5; sent++) await withPhone(opened, (await person(opened.app)).id)
    const { id } = await person(opened.app)
    expect(await codeOf(withPhone(opened, id))).to.equal('too_many_requests')
    expect(await codeOf(withPhone(opened, id, '+4915187654321'))).to.equal('done')
  })

  it('ends where an operator takes a country away, and with it what is on its way', async () => {
    const { app, asking, send } = await phoned()
    await send()
    const code = await textedCode(app)
    await allow(app, ['+43'])
    expect(await codeOf(send())).to.equal('country_not_allowed')
    expect(await prove(app, asking, code)).to.equal('wrong_code')
    await allow(app, [])
    expect(await codeOf(send())).to.equal('sms_not_offered')
    // Who has a phone owes its code still: nobody may set up something else instead by the password alone.
    expect(await listSentFactors(app, asking.userId)).to.deep.equal([
      { id: asking.factorId, kind: 'sms', name: '•••• 78', hint: '•••• 78' },
    ])
  })

  it('goes to nobody who is turned off, and to no phone that is not confirmed', async () => {
    const { app, ann, send } = await phoned()
    await app.db('users').where({ id: ann.id }).update({ status: 'disabled' })
    expect(await codeOf(send())).to.equal('factor_not_found')
    await app.db('users').where({ id: ann.id }).update({ status: 'active' })
    expect(await codeOf(send({ purpose: 'enrol' }))).to.equal('factor_not_found')
  })
})
