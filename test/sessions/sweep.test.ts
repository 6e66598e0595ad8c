import { expect } from 'chai'

import { jobs } from '../../src/features/sessions/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { operator } from '../administration/support.ts'
import { stage } from '../support/stage.ts'

const day = 24 * 3600

describe('sessions that are over', () => {
  it('leave the list of the live ones when they have run out, and the table after 400 days', async () => {
    const { app, clock } = await stage()
    const ann = await operator(app)
    const [sweep] = jobs(app)
    const admin = await operator(app, 'admin')
    const listed = async (state: string) => {
      const reply = await admin.call('GET', `/admin/sessions?user_id=${ann.id}&state=${state}`)
      return ((await reply.json()) as { items: unknown[] }).items.length
    }
    expect([await listed('live'), await listed('ended'), await listed('all')]).to.deep.equal([1, 0, 1])
    const idle = secondsAfter(clock.now(), -15 * day)
    await app.db('sessions').where({ user_id: ann.id }).update({ last_used_at: idle })
    expect([await listed('live'), await listed('ended'), await listed('all')]).to.deep.equal([0, 1, 1])

    clock.advance(15 * day)
    const count = async () => (await app.db('sessions').where({ user_id: ann.id })).length
    await sweep?.run(null)
    expect(await count(), 'its end must be known while anything of it could come back').to.equal(1)
    clock.advance(386 * day)
    await sweep?.run(null)
    expect(await count()).to.equal(0)
  })
})
