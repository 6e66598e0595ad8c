import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { Client } from 'pg'

import { openBus, tellReplicas } from '../../src/platform/bus.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

/** Waits for what must come true within five seconds. */
async function eventually(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it did not happen within five seconds')
    await pause(20)
  }
}

const isFresh =
  ({ bus }: Parts) =>
  () =>
    bus.staleFor() < 1_000

/** Cuts the connection that listens, as a restart of the server would. */
const cut = ({ db }: Parts) =>
  db.raw(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and query ilike '%pg_notify%'`)

/** Lets connections into the database, or cuts those there are and lets in no more; said from another one. */
async function letIn({ config }: Parts, open: boolean): Promise<void> {
  const url = new URL(config.database?.direct.reveal() ?? '')
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const admin = new Client({ connectionString: url.href })
  await admin.connect()
  await admin.query(`alter database ${name} allow_connections ${open}`)
  if (!open)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await admin.end()
}

describe('the messages between processes', () => {
  it('reach every process, the sender included, in the order of commits', async () => {
    const app = await parts()
    const other = openBus(secret(app.config.database?.direct.reveal() ?? ''), app.log)
    afterTest(() => other.close())
    const [here, there]: [unknown[], unknown[]] = [[], []]
    app.bus.on('cats', (message) => here.push(message))
    other.on('cats', (message) => there.push(message))
    other.on('dogs', (message) => there.push(message))
    await eventually(() => isFresh(app)() && other.staleFor() < 1_000)

    for (const name of ['Tom', 'Tim', 'Kim']) await tellReplicas(app.db, 'cats', { name })

    await eventually(() => here.length === 3 && there.length === 3)
    expect(here).to.deep.equal([{ name: 'Tom' }, { name: 'Tim' }, { name: 'Kim' }])
    expect(there).to.deep.equal(here)
  })

  it('go out when the transaction commits, and never when it rolls back', async () => {
    const app = await parts()
    const heard: unknown[] = []
    app.bus.on('cats', (message) => heard.push(message))
    await eventually(isFresh(app))

    await transaction(app.db, async (tx) => {
      await tellReplicas(tx, 'cats', 'refused')
      throw new Error('no')
    }).catch(() => undefined)
    await transaction(app.db, async (tx) => {
      await tellReplicas(tx, 'cats', 'kept')
      await pause(100)
      expect(heard).to.deep.equal([])
    })

    await eventually(() => heard.length > 0)
    expect(heard).to.deep.equal(['kept'])
  })

  it('are proven to arrive by a heartbeat, every third of a second', async () => {
    const app = await parts()
    const other = openBus(secret(app.config.database?.direct.reveal() ?? ''), app.log)
    afterTest(() => other.close())
    expect(other.staleFor()).to.equal(Infinity)
    await eventually(isFresh(app))
    for (let look = 0; look < 10; look++) {
      await pause(100)
      expect(app.bus.staleFor()).to.be.below(1_000)
    }
  })

  it('come again after the server drops the connection, and the gap is told', async () => {
    const app = await parts()
    const heard: unknown[] = []
    let gaps = 0
    app.bus.on('cats', (message) => heard.push(message))
    app.bus.onGap(() => {
      gaps++
    })
    await eventually(isFresh(app))
    const before = gaps

    await cut(app)

    await eventually(() => gaps > before)
    await tellReplicas(app.db, 'cats', 'again')
    await eventually(() => heard.length > 0)
    expect(heard).to.deep.equal(['again'])
    await eventually(isFresh(app))
  })

  it('are known to be stale for as long as the server is away', async () => {
    const app = await parts()
    await eventually(isFresh(app))
    let gaps = 0
    app.bus.onGap(() => {
      gaps++
    })

    await letIn(app, false)
    await pause(1_500)

    expect(app.bus.staleFor()).to.be.above(1_000)
    expect(gaps).to.equal(0)
    await letIn(app, true)
    await eventually(isFresh(app))
    expect(gaps).to.equal(1)
  })
})
