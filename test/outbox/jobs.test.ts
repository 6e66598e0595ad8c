import { expect } from 'chai'

import { enqueue, type Job } from '../../src/features/outbox/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { skipBackoff, stage, startWorker, until } from './support.ts'

describe('a job', function () {
  this.timeout(20_000)

  it('runs with its payload after the transaction that queued it, and not when that rolled back', async () => {
    const app = await stage()
    const payloads: unknown[] = []
    const job: Job = { name: 'test.send', run: async (payload) => void payloads.push(payload) }
    await startWorker(app, { jobs: [job] })

    const failed = transaction(app.db, async (tx) => {
      await enqueue(tx, 'test.send', { letter: 1 })
      throw new Error('rolled back')
    })
    await failed.catch(() => undefined)
    await transaction(app.db, (tx) => enqueue(tx, 'test.send', { letter: 2 }))
    await until(async () => payloads.length > 0)

    expect(payloads).to.deep.equal([{ letter: 2 }])
  })

  it('is tried again after it failed, and nothing of its error is kept in the queue', async () => {
    const app = await stage()
    let attempts = 0
    const job: Job = {
      name: 'test.fails',
      run: async () => {
        if (++attempts === 1) throw new Error('password=hunter2')
      },
    }
    await startWorker(app, { jobs: [job] })

    await enqueue(app.db, 'test.fails', null)
    await until(
      async () => (await app.db('graphile_worker.jobs').whereNotNull('last_error').select('id')).length === 1,
    )
    const [kept] = await app.db('graphile_worker.jobs').select<{ last_error: string }[]>('last_error')
    await skipBackoff(app)
    await until(async () => attempts === 2)

    expect(kept?.last_error).to.equal('test.fails failed')
  })

  it('is not started before its time', async () => {
    const app = await stage()
    let runs = 0
    const run = async () => {
      runs++
    }
    await startWorker(app, { jobs: [{ name: 'test.later', run }] })

    await enqueue(app.db, 'test.later', {}, { at: new Date(app.clock.now().getTime() + 3600_000) })
    await enqueue(app.db, 'test.later', {})
    await until(async () => runs > 0)

    const queued = () => app.db('graphile_worker.jobs').where({ task_identifier: 'test.later' }).select('id')
    await until(async () => (await queued()).length === 1) // what has run is taken out a moment later
    expect(runs).to.equal(1)
  })

  it('with a schedule is known to the queue, once for all processes', async () => {
    const app = await stage()
    const job: Job = { name: 'test.nightly', schedule: '0 3 * * *', run: async () => undefined }
    await startWorker(app, { jobs: [job] })
    await startWorker(app, { jobs: [job] })

    const known = () =>
      app.db('graphile_worker._private_known_crontabs').orderBy('identifier').pluck('identifier')
    await until(async () => (await known()).length === 2)

    expect(await known()).to.deep.equal(['outbox.sweep', 'test.nightly'])
  })
})
