import { expect } from 'chai'

import { useFactor, verifyRecoveryCode, verifyTotp } from '../../src/features/factors/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { codeOfStep, wrongCode } from '../support/authenticator-app.ts'
import { mailTo } from '../support/mailbox.ts'
import { stage } from '../support/stage.ts'
import type { Stage } from '../support/stage.ts'
import { enrol, enrolled, toMiddleOfStep } from './support.ts'

/** What a sign-in does with a code: `used`, or why not. */
async function prove(
  { app }: Stage,
  { id: userId }: { id: string },
  code: string,
  kind: 'totp' | 'recovery' = 'totp',
): Promise<string> {
  const look = kind === 'totp' ? verifyTotp : verifyRecoveryCode
  const proven = await look(app, { userId, code })
  if (typeof proven === 'string') return proven
  const used = await transaction(app.db, (tx) => useFactor(tx, app.clock.now(), bySystem, proven))
  return used ? 'used' : 'used_before'
}

describe('the codes of an authenticator app', () => {
  it('are those of RFC 6238, appendix B', () => {
    const seed = Buffer.from('12345678901234567890')
    const moments = [59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 20_000_000_000]
    const codes = moments.map((seconds) => codeOfStep(seed, Math.floor(seconds / 30)))
    expect(codes).to.deep.equal(['287082', '081804', '050471', '005924', '279037', '353130'])
  })

  it('(MF-03) are good in their step and the two beside it, by our clock', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    opened.clock.advance(90) // past the step that enrolling used
    toMiddleOfStep(opened)
    const at = opened.clock.now()
    const outcomes: string[] = []
    for (const steps of [-2, 2, -1, 0, 1]) outcomes.push(await prove(opened, ann, ann.app.codeAt(at, steps)))
    expect(outcomes).to.deep.equal(['wrong_code', 'wrong_code', 'used', 'used', 'used'])
  })

  it('(MF-03) are good once, and none is that is older than the last', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    opened.clock.advance(120)
    const at = opened.clock.now()
    expect(await prove(opened, ann, ann.app.codeAt(at))).to.equal('used')
    expect(await prove(opened, ann, ann.app.codeAt(at))).to.equal('wrong_code')
    expect(await prove(opened, ann, ann.app.codeAt(at, -1))).to.equal('wrong_code')
    expect(await prove(opened, ann, ann.app.codeAt(at, 1))).to.equal('used')
  })

  it('(MF-03) include the one that turned the app on', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    expect(await prove(opened, ann, ann.app.codeAt(opened.clock.now(), -1))).to.equal('wrong_code')
  })

  it('are used by one of twenty who bring the same at once', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const code = ann.app.codeAt(opened.clock.now())

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => prove(opened, ann, code)))

    expect(outcomes.filter((outcome) => outcome === 'used')).to.have.lengthOf(1)
  })

  it('(MF-05) of one person are nothing for another', async () => {
    const opened = await stage()
    const [ann, bob] = [await enrolled(opened), await enrolled(opened)]
    expect(await prove(opened, ann, bob.app.codeAt(opened.clock.now()))).to.equal('wrong_code')
    expect(await prove(opened, ann, bob.codes[0] ?? '', 'recovery')).to.equal('wrong_code')
    expect(await prove(opened, bob, bob.codes[0] ?? '', 'recovery')).to.equal('used')
  })

  it('are worth nothing of an app that was removed, or not shown to work', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const { db } = opened.app
    await db('factors')
      .where({ id: ann.factorId })
      .update({ confirmed_at: null, expires_at: new Date(Date.now() + 60_000) })
    expect(await prove(opened, ann, ann.app.codeAt(opened.clock.now()))).to.equal('wrong_code')
  })

  it('do not open from a row that was copied to another', async () => {
    const opened = await stage()
    const [ann, eve] = [await enrolled(opened), await enrolled(opened)]
    const { db } = opened.app
    await db.raw(
      'update factors set seed_sealed = (select seed_sealed from factors where id = ?) where id = ?',
      [eve.factorId, ann.factorId],
    )
    const failure = await prove(opened, ann, eve.app.codeAt(opened.clock.now())).catch(String)
    expect(failure).to.include('no configured key-encryption key opens')
  })
})

describe('wrong codes', () => {
  it('(MF-02) are five an hour of one person, of whatever kind, and then a right one is not looked at', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const at = opened.clock.now()
    const wrong = wrongCode(ann.app, at)
    const outcomes = [
      ...[await prove(opened, ann, wrong), await prove(opened, ann, 'k7m2-9qpd-4x', 'recovery')],
      ...[await prove(opened, ann, wrong), await prove(opened, ann, '', 'recovery')],
      ...[await prove(opened, ann, wrong), await prove(opened, ann, ann.app.codeAt(at))],
      await prove(opened, ann, ann.codes[0] ?? '', 'recovery'),
    ]
    expect(outcomes).to.deep.equal([
      ...Array.from({ length: 5 }, () => 'wrong_code'),
      ...['too_many_codes', 'too_many_codes'],
    ])
    opened.clock.advance(3601)
    expect(await prove(opened, ann, ann.app.codeAt(opened.clock.now()))).to.equal('used')
  })

  it('(MF-02) go through five at once and no more', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const wrong = wrongCode(ann.app, opened.clock.now())
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => prove(opened, ann, wrong)))
    expect(outcomes.filter((outcome) => outcome === 'wrong_code')).to.have.lengthOf(5)
  })

  it('(MF-02) are counted on when another app or new recovery codes are made', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    for (let count = 0; count < 5; count++) await prove(opened, ann, wrongCode(ann.app, opened.clock.now()))
    await opened.app.db('factors').where({ id: ann.factorId }).delete() // so that their session may add
    const second = await enrol(opened, ann)
    await ann.call('POST', '/users/me/factors/recovery-codes')
    expect(await prove(opened, ann, second.app.codeAt(opened.clock.now()))).to.equal('too_many_codes')
  })

  it('(MF-02) end after a hundred in a row, however slowly', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const outcomes: string[] = []
    for (let hour = 0; hour < 21; hour++) {
      for (let count = 0; count < 5; count++)
        outcomes.push(await prove(opened, ann, wrongCode(ann.app, opened.clock.now())))
      opened.clock.advance(3601)
    }
    expect(outcomes.filter((outcome) => outcome === 'wrong_code')).to.have.lengthOf(100)
    expect(await prove(opened, ann, ann.app.codeAt(opened.clock.now()))).to.equal('too_many_codes')
  })

  it('begin anew after a right one', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    for (let count = 0; count < 4; count++) await prove(opened, ann, wrongCode(ann.app, opened.clock.now()))
    expect(await prove(opened, ann, ann.app.codeAt(opened.clock.now()))).to.equal('used')
    expect(await opened.app.db('factor_tries').where({ user_id: ann.id })).to.be.empty
  })
})

describe('recovery codes', () => {
  it('are read however they are typed, and each is good once', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const [first = '', second = ''] = ann.codes
    expect(await prove(opened, ann, ` ${first.toUpperCase().replaceAll('-', ' ')}`, 'recovery')).to.equal(
      'used',
    )
    expect(await prove(opened, ann, first, 'recovery')).to.equal('wrong_code')
    const misread = second.replaceAll('0', 'o').replaceAll('1', 'l')
    expect(await prove(opened, ann, misread, 'recovery')).to.equal('used')
  })

  it('are used by one of twenty who bring the same at once', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const use = () => prove(opened, ann, ann.codes[0] ?? '', 'recovery')
    const outcomes = await Promise.all(Array.from({ length: 20 }, use))
    expect(outcomes.filter((outcome) => outcome === 'used')).to.have.lengthOf(1)
  })

  it('die when new ones are made', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    await opened.app.db('factors').where({ id: ann.factorId }).delete()
    const { body } = await ann.call('POST', '/users/me/factors/recovery-codes')
    const [fresh = ''] = body.recovery_codes as string[]
    expect(await prove(opened, ann, ann.codes[0] ?? '', 'recovery')).to.equal('wrong_code')
    expect(await prove(opened, ann, fresh, 'recovery')).to.equal('used')
  })

  it('tell their owner by letter that one was used and how many are left, and that there are new ones', async () => {
    const opened = await stage({ worker: true })
    const { app } = opened
    const ann = await enrolled(opened)
    await mailTo(app, ann.email, 'factor-added')
    await prove(opened, ann, ann.codes[0] ?? '', 'recovery')

    const letter = await mailTo(app, ann.email, 'recovery-code-used')
    expect(JSON.stringify(letter)).to.include('Codes left: 9')

    await app.db('factors').where({ id: ann.factorId }).delete()
    await ann.call('POST', '/users/me/factors/recovery-codes')
    await mailTo(app, ann.email, 'recovery-codes-regenerated')
    const { body } = await ann.call('GET', '/users/me/events')
    expect(JSON.stringify(body)).to.include('recovery_code.used').and.to.include('factor.added')
  })
})
