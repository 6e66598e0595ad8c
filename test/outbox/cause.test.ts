import { expect } from 'chai'

import * as audit from '../../src/features/audit/index.ts'
import { enqueue, type Job, publish, type Reaction } from '../../src/features/outbox/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openLog } from '../../src/platform/log.ts'
import { during } from '../../src/platform/telemetry/index.ts'
import { parts } from '../support/parts.ts'
import { startWorker, until } from './support.ts'

type Line = Record<string, unknown>

/** A job that writes a record, announces something and queues another job, and what it all said. */
async function chain() {
  const opened = await parts()
  const lines: Line[] = []
  const log = openLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) })
  const app = { ...opened, log }
  const { db, clock } = app
  const first: Job = {
    name: 'test.first',
    run: () =>
      transaction(db, async (tx) => {
        await audit.record(tx, clock.now(), bySystem, { action: 'user.erased' })
        await publish(tx, clock.now(), bySystem, { type: 'auth.user.created', subject: 'somebody', data: {} })
      }),
  }
  const reaction: Reaction = {
    name: 'test.react',
    on: ['auth.user.created'],
    react: async (tx) => {
      log.info('reacting')
      await enqueue(tx, 'test.last', { letter: 1 })
    },
  }
  const payloads: unknown[] = []
  const last: Job = { name: 'test.last', run: async (payload) => void payloads.push(payload) }
  await startWorker(app, { jobs: [first, last], reactions: [reaction] })
  return { ...app, lines, payloads }
}

const spoken = (lines: readonly Line[]) =>
  lines
    .filter(({ msg }) => msg === 'job done' || msg === 'reacting')
    .filter(({ job }) => job === undefined || (typeof job === 'string' && job.startsWith('test.')))
    .map(({ job, msg, requestId }) => [job ?? msg, requestId])

describe('what a job follows from', () => {
  it('is the request that queued it: its log lines, records and events name it, and so does what follows from these', async () => {
    const { db, lines, payloads } = await chain()

    await during({ requestId: 'request-1', span: null }, () =>
      transaction(db, (tx) => enqueue(tx, 'test.first', {})),
    )
    await until(async () => spoken(lines).length === 3)

    expect(spoken(lines)).to.deep.equal([
      ['test.first', 'request-1'],
      ['reacting', 'request-1'],
      ['test.last', 'request-1'],
    ])
    expect(payloads, 'the cause is not among what the job is told').to.deep.equal([{ letter: 1 }])
    expect(await db('audit_records').select('request_id')).to.deep.equal([{ request_id: 'request-1' }])
    expect(await db('outbox_events').select('cause')).to.deep.equal([{ cause: 'request-1' }])
  })

  it('is nothing for what no request began', async () => {
    const { db, lines, payloads } = await chain()

    await enqueue(db, 'test.last', { letter: 2 })
    await until(async () => spoken(lines).length === 1)

    expect(spoken(lines)).to.deep.equal([['test.last', undefined]])
    expect(payloads).to.deep.equal([{ letter: 2 }])
  })
})
