import { expect } from 'chai'

import { demandRootRemains } from '../../src/features/authorization/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { byUser, outcome, type Stage, stage } from './support.ts'

/** As an administration disables an account: the guard, then the change, in one transaction. */
const disable = ({ app }: Stage, id: string) =>
  transaction(app.db, async (tx) => {
    await demandRootRemains(tx, app.clock.now(), id)
    await tx('users').where({ id }).update({ status: 'disabled' })
  })

/** Something one side waits for and the other lets happen. */
function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    opened,
    open: () => {
      open()
    },
  }
}

async function liveRoots({ app }: Stage): Promise<number> {
  const active = await app.db('users').where({ status: 'active' }).pluck<string[]>('id')
  const found = await app
    .db('assignments')
    .where({ role: 'root_admin' })
    .whereIn('principal_id', active)
    .whereNull('revoked_at')
    .select('id')
  return found.length
}

describe('the last root administrator', () => {
  it('remains when fifty demotions and disablings of two come at the same moment', async () => {
    for (let round = 0; round < 3; round++) {
      const on = await stage()
      const roots = [await on.person('root_admin'), await on.person('root_admin')]
      await Promise.all(Array.from({ length: 10 }, () => on.app.db.raw('select pg_sleep(0.05)'))) // connections, ready to race
      const work = Array.from({ length: 50 }, (_, index) => {
        const id = roots[index % 2] ?? ''
        return index % 3 === 0 ? disable(on, id) : on.remove(id, 'root_admin')
      })
      const outcomes = await Promise.all(work.map((one) => outcome(one).catch(() => 'no connection in time')))
      expect(await liveRoots(on)).to.equal(1)
      expect(outcomes).to.include('last_root_admin')
    }
  }).timeout(30_000)

  it('remains when one is disabled while the other’s demotion has counted and not yet committed', async () => {
    const on = await stage()
    const [one, other] = [await on.person('root_admin'), await on.person('root_admin')]
    const counted = gate()
    const mayCommit = gate()
    const first = transaction(on.app.db, async (tx) => {
      await demandRootRemains(tx, on.app.clock.now(), one)
      counted.open()
      await mayCommit.opened
      await tx('users').where({ id: one }).update({ status: 'disabled' })
    })
    await counted.opened

    const second = outcome(on.remove(other, 'root_admin'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    mayCommit.open()

    expect([await outcome(first), await second]).to.deep.equal(['done', 'last_root_admin'])
    expect(await liveRoots(on)).to.equal(1)
  })

  it('cannot demote itself', async () => {
    const on = await stage()
    const root = await on.person('root_admin')
    expect(await outcome(on.remove(root, 'root_admin', byUser(root)))).to.equal('last_root_admin')
    expect(await outcome(on.remove(root, 'root_admin', bySystem))).to.equal('last_root_admin')
    expect(await liveRoots(on)).to.equal(1)
  })

  it('is not replaced by one that passes, is disabled, or has yet to begin', async () => {
    const on = await stage()
    const now = on.app.clock.now()
    const root = await on.person('root_admin')
    const [passing, coming] = [await on.person(), await on.person()]
    const disabled = await on.person('root_admin')
    await disable(on, disabled)
    await on.assign(passing, 'root_admin', bySystem, { endsAt: secondsAfter(now, 3600) })
    await on.assign(coming, 'root_admin', bySystem, { startsAt: secondsAfter(now, 3600) })

    expect(await outcome(on.remove(root, 'root_admin'))).to.equal('last_root_admin')
    expect(await outcome(disable(on, root))).to.equal('last_root_admin')
    const shortened = on.assign(root, 'root_admin', bySystem, { endsAt: secondsAfter(now, 3600) })
    expect(await outcome(shortened)).to.equal('last_root_admin')
  })

  it('may go once a passing one was made lasting', async () => {
    const on = await stage()
    const root = await on.person('root_admin')
    const passing = await on.person()
    await on.assign(passing, 'root_admin', bySystem, { endsAt: secondsAfter(on.app.clock.now(), 3600) })
    expect(await on.assign(passing, 'root_admin')).to.equal(true)
    expect(await outcome(on.remove(root, 'root_admin'))).to.equal('done')
  })

  it('is nobody else’s concern', async () => {
    const on = await stage()
    await on.person('root_admin')
    const ann = await on.person('admin')
    expect(await outcome(on.remove(ann, 'admin'))).to.equal('done')
    expect(await outcome(disable(on, ann))).to.equal('done')
  })
})
