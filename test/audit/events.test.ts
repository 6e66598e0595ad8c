import { expect } from 'chai'

import { forgetPerson, listEventsOf, record, type SecurityEvent } from '../../src/features/audit/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Parts, parts } from '../support/parts.ts'
import { byUser, chainAll, origin, recordAll } from './support.ts'

const ann = { type: 'user', id: 'ann' }

const eventsOf = async (app: Parts, id: string): Promise<SecurityEvent[]> =>
  (await listEventsOf(app, id, { limit: 50 })).items

describe('a person’s own security events', () => {
  it('are what they did and what was done to their account, at once, newest first, with where it came from', async () => {
    const app = await parts()
    const at = app.clock.now()
    const entries = [
      [byUser('ann'), { action: 'sign_in.succeeded', target: ann, details: { clientId: 'web' } }],
      [
        { actor: { type: 'anonymous', id: null }, origin },
        { action: 'sign_in.failed', outcome: 'failure', target: ann },
      ],
      [byUser('root'), { action: 'user.disabled', target: ann, reason: 'left the company' }],
      [byUser('ann'), { action: 'token.issued', target: { type: 'client', id: 'web' } }],
      [byUser('bob'), { action: 'sign_in.succeeded', target: { type: 'user', id: 'bob' } }],
    ] as const
    for (const [index, [by, entry]] of entries.entries())
      await record(app.db, secondsAfter(at, index), by, entry)

    const expected = [
      { action: 'user.disabled', byYou: false, clientId: null, ip: null, userAgent: null },
      { action: 'sign_in.failed', byYou: false, clientId: null, ip: origin.ip, userAgent: origin.userAgent },
      {
        action: 'sign_in.succeeded',
        byYou: true,
        clientId: 'web',
        ip: origin.ip,
        userAgent: origin.userAgent,
      },
    ]
    const shown = (events: SecurityEvent[]) =>
      events.map(({ action, byYou, clientId, ip, userAgent }) => ({ action, byYou, clientId, ip, userAgent }))
    expect(shown(await eventsOf(app, 'ann')), 'while they wait').to.deep.equal(expected)
    await chainAll(app)
    expect(shown(await eventsOf(app, 'ann')), 'once they are sealed').to.deep.equal(expected)
    expect(JSON.stringify(await eventsOf(app, 'ann'))).not.to.include('left the company')
    await transaction(app.db, (tx) => forgetPerson(tx, app.clock.now(), 'ann'))
    expect((await eventsOf(app, 'ann')).map(({ ip }) => ip)).to.deep.equal([null, null, null])
  })

  it('are not what they did to somebody else, who is told of it', async () => {
    const app = await parts()
    const bob = { type: 'user', id: 'bob' }
    await recordAll(app, byUser('root'), [
      { action: 'user.disabled', target: bob },
      { action: 'role.assigned', target: bob },
      { action: 'role.removed', target: { type: 'client', id: 'web' } },
      { action: 'data.exported', target: { type: 'user', id: 'root' } },
    ])

    const actions = async (id: string) => (await eventsOf(app, id)).map(({ action }) => action)
    expect(await actions('root')).to.deep.equal(['data.exported'])
    expect(await actions('bob')).to.deep.equal(['role.assigned', 'user.disabled'])
  })

  it('come by pages, whose positions are good for that person alone', async () => {
    const app = await parts()
    await recordAll(
      app,
      byUser('ann'),
      Array.from({ length: 5 }, () => ({ action: 'sign_in.succeeded', target: ann }) as const),
    )

    const first = await listEventsOf(app, 'ann', { limit: 3 })
    const second = await listEventsOf(app, 'ann', { limit: 3, after: first.next ?? '' })

    expect([first.items.length, second.items.length, second.next]).to.deep.equal([3, 2, null])
    const stolen: unknown = await listEventsOf(app, 'bob', { limit: 3, after: first.next ?? '' }).catch(
      (error: unknown) => error,
    )
    expect(stolen).to.have.property('code', 'invalid_input')
  })
})
