import { expect } from 'chai'
import { setTimeout as wait } from 'node:timers/promises'

import { changeSetting, openSettings, resetSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openBus } from '../../src/platform/bus.ts'
import { afterTest, parts, type Parts } from '../support/parts.ts'

/** A second process on the same database, as far as settings are concerned; counts its queries. */
function replica(app: Parts) {
  const databases = app.config.database
  if (!databases) throw new Error('tests name their database')
  const bus = openBus(databases.direct, app.log)
  afterTest(() => bus.close())
  return { bus, settings: openSettings({ db: app.db, bus }) }
}

async function connected(bus: { staleFor(): number }): Promise<void> {
  while (bus.staleFor() > 1_000) await wait(10)
}

/** Milliseconds until the replica sees the value. */
async function seen(read: () => Promise<unknown>, value: unknown): Promise<number> {
  const start = performance.now()
  while ((await read()) !== value) {
    if (performance.now() - start > 3_000) return Infinity
    await wait(5)
  }
  return performance.now() - start
}

describe('settings on several replicas', function () {
  this.timeout(10_000)

  it('follow a change made on another within a second', async () => {
    const app = await parts()
    const [one, other] = [replica(app), replica(app)]
    await Promise.all([connected(one.bus), connected(other.bus)])
    const read = () => other.settings.get('registration.mode')
    expect(await read()).to.equal('open')

    await changeSetting(app, bySystem, 'registration.mode', 'closed')
    expect(await seen(read, 'closed')).to.be.below(1_000)
    expect(await seen(() => one.settings.get('registration.mode'), 'closed')).to.be.below(1_000)

    await resetSetting(app, bySystem, 'registration.mode')
    expect(await seen(read, 'open')).to.be.below(1_000)
  })

  it('follow within a second and a bit although nothing is heard from the channel any more', async () => {
    const app = await parts()
    const { bus, settings } = replica(app)
    await connected(bus)
    await settings.get('registration.mode')

    await bus.close()
    await changeSetting(app, bySystem, 'registration.mode', 'closed')

    expect(await seen(() => settings.get('registration.mode'), 'closed')).to.be.below(1_100)
    await changeSetting(app, bySystem, 'registration.mode', 'invitation')
    expect(await settings.get('registration.mode')).to.equal('invitation')
  })

  it('follow a change whose message was lost while the channel was connecting again', async () => {
    const app = await parts()
    const { bus, settings } = replica(app)
    await connected(bus)
    await settings.get('registration.mode')

    await app.db.raw(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'select pg_notify%' and pid <> pg_backend_pid()`)
    await changeSetting(app, bySystem, 'registration.mode', 'closed')
    await wait(1_200)
    await connected(bus)

    expect(await settings.get('registration.mode')).to.equal('closed')
  })

  it('are read from memory while the channel is proven fresh', async () => {
    const app = await parts()
    const { bus, settings } = replica(app)
    await connected(bus)
    await settings.get('brand')
    await app.db.raw('alter table settings rename to out_of_reach')
    for (let n = 0; n < 1_000; n++) {
      const brand = await settings.get('brand', { clientId: `client-${n}`, organizationId: 'acme' })
      expect(brand.name).to.equal('Gatehouse')
    }
  })

  it('do not hand out something a caller could spoil for others', async () => {
    const app = await parts()
    const { settings } = replica(app)

    const brand = await settings.get('brand')
    brand.name = 'Evil'

    expect(await settings.get('brand')).to.have.property('name', 'Gatehouse')
  })
})
