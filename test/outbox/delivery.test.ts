import { expect } from 'chai'
import { setTimeout as wait } from 'node:timers/promises'

import { openWorker, publish, publishAll } from '../../src/features/outbox/index.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { openDatabase, transaction } from '../../src/platform/db/index.ts'
import { afterTest } from '../support/parts.ts'
import {
  announce,
  effects,
  failingAlways,
  isQueued,
  noting,
  settled,
  skipBackoff,
  stage,
  startWorker,
  until,
} from './support.ts'

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('an event', function () {
  this.timeout(20_000)

  it('reaches its reactions, and only those, with everything a receiver needs to know', async () => {
    const app = await stage()
    const ann: By = { actor: { type: 'user', id: 'ann' }, origin: null }
    const seen: unknown[] = []
    await startWorker(app, {
      reactions: [
        { name: 'test.one', on: ['auth.role.assigned'], react: async (_tx, event) => void seen.push(event) },
        noting('test.other', 'auth.user.deleted'),
      ],
    })
    const at = app.clock.now()

    const id = await publish(app.db, at, ann, {
      type: 'auth.role.assigned',
      subject: 'bob',
      organizationId: 'acme',
      cause: 'request-1',
      data: { role: 'admin', permanent: true },
    })
    await until(settled(app))

    expect(seen).to.deep.equal([
      {
        id,
        type: 'auth.role.assigned',
        version: 1,
        time: at,
        organization: 'acme',
        actor: { type: 'user', id: 'ann' },
        subject: 'bob',
        sequence: 1,
        cause: 'request-1',
        data: { role: 'admin', permanent: true },
      },
    ])
    expect(await effects(app)).to.deep.equal([])
  })

  it('is never heard of when its cause is rolled back', async () => {
    const app = await stage()
    await startWorker(app, { reactions: [noting('note', 'auth.user.created')] })

    const failed = transaction(app.db, async (tx) => {
      await publish(tx, app.clock.now(), bySystem, {
        type: 'auth.user.created',
        subject: 'ann',
        data: { n: 1 },
      })
      throw new Error('the cause failed')
    })
    expect(await failed.catch((error: unknown) => error)).to.have.property('message', 'the cause failed')
    await announce(app, 'bob', 2)
    await until(settled(app))

    expect(await effects(app)).to.deep.equal(['note 2'])
    expect(await app.db('outbox_events').select('subject')).to.deep.equal([{ subject: 'bob' }])
  })

  it('takes effect once though several workers run', async () => {
    const app = await stage()
    const work = { reactions: [noting('first', 'auth.user.created'), noting('second', 'auth.user.created')] }
    await startWorker(app, work)
    await startWorker(app, work)

    await Promise.all(numbers(1, 20).map((n) => announce(app, `user-${n % 3}`, n)))
    await until(settled(app))

    const expected = numbers(1, 20).flatMap((n) => [`first ${n}`, `second ${n}`])
    expect(await effects(app))
      .to.have.members(expected)
      .and.have.lengthOf(40)
  })

  it('takes effect once though its reaction failed before, and undoes what the failed one wrote', async () => {
    const app = await stage()
    let attempts = 0
    const reaction = noting('note', 'auth.user.created')
    await startWorker(app, {
      reactions: [
        {
          ...reaction,
          async react(tx, event) {
            await reaction.react(tx, event)
            if (++attempts < 3) throw new Error('not yet')
          },
        },
      ],
    })

    await announce(app, 'ann', 1)
    await until(async () => {
      await skipBackoff(app)
      return settled(app)()
    })

    expect(attempts).to.equal(3)
    expect(await effects(app)).to.deep.equal(['note 1'])
  })

  it('waits for a worker that is started later', async () => {
    const app = await stage()
    const work = { reactions: [noting('note', 'auth.user.created')] }
    const first = await startWorker(app, work)
    await first.close()
    await announce(app, 'ann', 1)

    await startWorker(app, work)
    await until(settled(app))

    expect(await effects(app)).to.deep.equal(['note 1'])
  })

  it('is finished by another worker when the one that had it stops in the middle', async () => {
    const app = await stage()
    let begun = false
    const slow = noting('note', 'auth.user.created', async () => {
      begun = true
      await wait(300)
    })
    const first = await startWorker(app, { reactions: [slow] })
    await announce(app, 'ann', 1)
    await announce(app, 'ann', 2)
    await announce(app, 'ann', 3)
    await until(async () => begun)
    await first.close()
    const locked = await app.db('graphile_worker.jobs').whereNotNull('locked_at').select('id')
    const left = await app.db('outbox_events').whereNull('delivered_at').select('id')

    await startWorker(app, { reactions: [slow] })
    await until(async () => {
      await skipBackoff(app)
      return settled(app)()
    })

    expect(locked).to.deep.equal([])
    expect(left).to.have.length.above(0)
    expect(await effects(app)).to.deep.equal(['note 1', 'note 2', 'note 3'])
  })

  it('is delivered although the database has dropped every connection', async () => {
    const app = await stage()
    await startWorker(app, { reactions: [noting('note', 'auth.user.created')] })
    await announce(app, 'ann', 1)
    await until(settled(app))

    await app.db.raw(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
    await announce(app, 'ann', 2)
    await until(settled(app))

    expect(await effects(app)).to.deep.equal(['note 1', 'note 2'])
  })

  it('needs no job of the queue when nothing fails, and is found by a process that was not told of it', async () => {
    const app = await stage()
    if (!app.config.database) throw new Error('tests name their database')
    await announce(app, 'ann', 1) // nobody listens yet
    await startWorker(app, { reactions: [noting('note', 'auth.user.created')] })
    await until(settled(app))
    const elsewhere = openDatabase({ url: app.config.database.application, max: 1, log: app.log })
    afterTest(() => elsewhere.destroy())
    await announce({ ...app, db: elsewhere }, 'bob', 2)
    await until(settled(app))

    expect(await effects(app)).to.deep.equal(['note 1', 'note 2'])
    expect(
      await app.db('graphile_worker.jobs').where({ task_identifier: 'outbox.deliver' }).select('id'),
    ).to.deep.equal([])
  })

  it('is delivered by a process that finds the queue at work though the other has died', async () => {
    const app = await stage()
    const broken = await startWorker(app, { reactions: [failingAlways()] })
    await announce(app, 'ann', 1)
    await until(isQueued(app))
    await broken.close()
    // What a process leaves behind that is killed at it: a job that is locked, for four hours as far as the queue is concerned.
    await app.db.raw(
      `update graphile_worker._private_jobs set attempts = 1, locked_by = 'dead', locked_at = now() - interval '20 seconds'`,
    )
    const worker = await startWorker(app, { reactions: [noting('note', 'auth.user.created')] })
    app.clock.advance(10)

    await until(settled(app)) // within ten seconds
    await worker.close()

    expect(await effects(app)).to.deep.equal(['note 1'])
  })
})

describe('events of one subject', function () {
  this.timeout(20_000)

  it('are delivered in order by any number of workers', async () => {
    const app = await stage()
    const work = { reactions: [noting('note', 'auth.user.created')] }
    await startWorker(app, work)
    await startWorker(app, work)

    for (const n of numbers(1, 30)) await announce(app, 'ann', n)
    await until(settled(app))

    expect(await effects(app)).to.deep.equal(numbers(1, 30).map((n) => `note ${n}`))
  })

  it('are published together with those of others, each in their order', async () => {
    const app = await stage()
    const told = numbers(1, 12).map((n) => ({ subject: ['bob', 'ann', 'eve'][n % 3] ?? '', n }))
    await startWorker(app, { reactions: [noting('note', 'auth.user.created')] })
    await transaction(app.db, (tx) =>
      publishAll(
        tx,
        app.clock.now(),
        bySystem,
        told.map(({ subject, n }) => ({ type: 'auth.user.created', subject, data: { n } })),
      ),
    )
    await until(settled(app))

    for (const subject of ['ann', 'bob', 'eve']) {
      const theirs = told.filter((one) => one.subject === subject).map(({ n }) => `note ${n}`)
      expect(await effects(app, subject), subject).to.deep.equal(theirs)
    }
  })

  it('are numbered in the order of their commits', async () => {
    const app = await stage()
    await announce(app, 'bob', 0) // the queue's very first job makes others wait by itself
    const committed: number[] = []
    let published: () => void = () => undefined
    const firstPublished = new Promise<void>((resolve) => {
      published = resolve
    })
    let second: Promise<unknown> = Promise.resolve()
    const first = transaction(app.db, async (tx) => {
      await publish(tx, app.clock.now(), bySystem, {
        type: 'auth.user.created',
        subject: 'ann',
        data: { n: 1 },
      })
      published()
      await wait(50) // the second is under way now
      await Promise.race([wait(1_000), second])
    }).then(() => committed.push(1))
    await firstPublished
    second = announce(app, 'ann', 2).then(() => committed.push(2))
    await Promise.all([first, second])

    expect(committed).to.deep.equal([1, 2])
    const inOrder = await app.db('outbox_events').where({ subject: 'ann' }).orderBy('sequence').pluck('data')
    expect(inOrder).to.deep.equal([{ n: 1 }, { n: 2 }])
  })

  it('stay in order behind one that fails, and other reactions and subjects go on meanwhile', async () => {
    const app = await stage()
    let broken = true
    const failing = noting('failing', 'auth.user.created', (n) => {
      if (broken && n === 1) throw new Error('broken')
    })
    await startWorker(app, { reactions: [failing, noting('sound', 'auth.user.created')] })

    await announce(app, 'ann', 1)
    await announce(app, 'ann', 2)
    await announce(app, 'bob', 3)
    await until(async () => (await effects(app)).length === 4)
    const meanwhile = [await effects(app, 'ann'), await effects(app, 'bob')]
    broken = false
    await until(async () => {
      await skipBackoff(app)
      return settled(app)()
    })

    expect(meanwhile).to.deep.equal([
      ['sound 1', 'sound 2'],
      ['failing 3', 'sound 3'],
    ])
    expect(await effects(app, 'ann')).to.deep.equal(['sound 1', 'sound 2', 'failing 1', 'failing 2'])
  })

  it('do not hold up another subject while they are slow, however many they are', async () => {
    const app = await stage()
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const slow = noting('note', 'auth.user.created', (n) => (n < 100 ? gate : undefined))
    await startWorker(app, { reactions: [slow] })
    afterTest(open) // so that a failure can be torn down

    await Promise.all(numbers(1, 12).map((n) => announce(app, 'slow', n)))
    await announce(app, 'quick', 100)
    await until(async () => (await effects(app, 'quick')).length === 1)
    const meanwhile = await effects(app, 'slow')
    open()
    await until(settled(app))

    expect(meanwhile).to.deep.equal([])
    expect(await effects(app, 'slow')).to.have.lengthOf(12)
  })

  it('go on when a reaction has failed for the last time, which is kept for a person to see', async () => {
    const app = await stage()
    const failing = noting('failing', 'auth.user.created', (n) => {
      if (n === 1) throw new Error('broken for good')
    })
    await startWorker(app, { reactions: [failing] })
    const id = await announce(app, 'ann', 1)
    await until(isQueued(app))
    await app.db.raw(
      'update graphile_worker._private_jobs set attempts = max_attempts - 1, run_at = now() where locked_at is null',
    )

    await until(settled(app))
    await announce(app, 'ann', 2)
    await until(settled(app))

    expect(await effects(app)).to.deep.equal(['failing 2'])
    const given = await app
      .db('outbox_deliveries')
      .where({ outcome: 'given-up' })
      .select('event_id', 'reaction')
    expect(given).to.deep.equal([{ event_id: id, reaction: 'failing' }])
  })
})

describe('the memory of the outbox', function () {
  this.timeout(20_000)

  it('keeps delivered events for thirty days and waiting ones for ever', async () => {
    const app = await stage()
    const worker = await startWorker(app, { reactions: [noting('note', 'auth.user.created')] })
    await announce(app, 'ann', 1)
    await until(settled(app))
    await worker.close()
    await announce(app, 'ann', 2)

    app.clock.advance(31 * 24 * 3600)
    const config = app.config.database
    if (!config) throw new Error('tests name their database')
    await app.db.raw(`delete from graphile_worker._private_jobs`)
    await app.db.raw(`select graphile_worker.add_job('outbox.sweep')`)
    const second = await openWorker(app, config, { reactions: [], jobs: [] })
    await until(async () => (await app.db('outbox_events').select('id')).length === 1)
    await second.close()

    expect(await app.db('outbox_events').pluck('data')).to.deep.equal([{ n: 2 }])
  })
})
