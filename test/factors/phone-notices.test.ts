import { expect } from 'chai'

import { removeFactor } from '../../src/features/factors/index.ts'
import type * as outbox from '../../src/features/outbox/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { reactions } from '../../src/worker.ts'
import { atLoss } from '../factor-resets/support.ts'
import { person } from '../support/people.ts'
import type { Stage } from '../support/stage.ts'
import { enrolled } from './support.ts'
import { allow, number, texting, textsTo, withPhone } from './sent-support.ts'

const other = '+4915112345679'

/** What phones are told by what has happened, as the worker would. */
async function happens(
  { app, clock }: Stage,
  userId: string,
  type: outbox.EventType,
  data: outbox.EventData,
) {
  const reaction = reactions(app).find(({ name }) => name === 'factors.tell-phones')
  expect(reaction?.on).to.include(type)
  await transaction(app.db, async (tx) => {
    await reaction?.react(tx, {
      ...{ id: '0', type, version: 1, time: clock.now(), organization: null },
      ...{ actor: { type: 'user', id: userId }, subject: userId, sequence: 1, cause: null, data },
    })
  })
}

describe('the phones of a person', () => {
  it('(ASVS 6.3.7) hear that their lost factor is to be removed, each of them, beside the letter', async () => {
    const opened = await texting()
    const ann = await enrolled(opened)
    await withPhone(opened, ann.id)
    await withPhone(opened, ann.id, other)

    await (await atLoss(opened, ann)).act('ask')

    for (const phone of [number, other])
      expect((await textsTo(opened.app, phone))[0])
        .to.match(/somebody asked to remove the second step/)
        .and.not.match(/https?:|\d{6}/)
  })

  it('(ASVS 6.3.7) hear that factors were added, removed or changed; not what came with another thing', async () => {
    const opened = await texting()
    const { id } = await person(opened.app)
    const factorId = await withPhone(opened, id)
    const texts = async () => (await textsTo(opened.app)).filter((text) => text.includes('how you sign in'))

    await happens(opened, id, 'auth.passkey.added', { passkeyId: 'key' })
    expect(await texts()).to.have.length(1)
    await happens(opened, id, 'auth.recovery_codes.regenerated', { first: true })
    await happens(opened, id, 'auth.factor.added', { factorId, kind: 'sms' })
    expect(await texts(), 'who has just typed a code knows').to.have.length(1)

    await transaction(opened.app.db, (tx) =>
      removeFactor(opened.app, tx, opened.clock.now(), bySystem, { userId: id, id: factorId }),
    )
    expect(await texts(), 'the phone that goes is told while it is known').to.have.length(2)
    await happens(opened, id, 'auth.password.changed', { first: false })
    expect(await texts(), 'and never again').to.have.length(2)
  })

  it('(ASVS 6.3.7) hear that a security key was removed, and of another factor once, with its removal', async () => {
    const opened = await texting()
    const { id } = await person(opened.app)
    await withPhone(opened, id)
    const texts = async () => (await textsTo(opened.app)).filter((text) => text.includes('how you sign in'))

    await happens(opened, id, 'auth.factor.removed', { factorId: 'key', kind: 'security-key' })
    expect(await texts()).to.have.length(1)
    await happens(opened, id, 'auth.factor.removed', { factorId: 'app', kind: 'totp' })
    expect(await texts(), 'told before it went').to.have.length(1)
  })

  it('are told six times a day at most, and not where no messages may go', async () => {
    const opened = await texting()
    const { id } = await person(opened.app)
    await withPhone(opened, id)
    for (let n = 0; n < 10; n++) await happens(opened, id, 'auth.passkey.added', { passkeyId: String(n) })
    const told = (await textsTo(opened.app)).filter((text) => text.includes('how you sign in'))
    expect(told).to.have.length(6)

    opened.clock.advance(24 * 3600 + 1)
    await allow(opened.app, ['+41'])
    await happens(opened, id, 'auth.passkey.added', { passkeyId: 'abroad' })
    await allow(opened.app, ['+49'])
    await happens(opened, id, 'auth.passkey.added', { passkeyId: 'home' })
    const all = (await textsTo(opened.app)).filter((text) => text.includes('how you sign in'))
    expect(all).to.have.length(7)
  })
})
