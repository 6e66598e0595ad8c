import { z } from 'zod'

import { secondsAfter } from '../../../lib/clock.ts'
import { type App, bySystem, type Db } from '../../../platform/app.ts'
import { inBatches } from '../../../platform/batches.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import type { WithClients } from '../../clients/index.ts'
import type { Job } from '../../outbox/index.ts'
import { endSession } from '../../sessions/index.ts'
import * as polls from '../polling/repository.ts'
import { pingClient, pingJob, queuePing } from './ping.ts'
import * as requests from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'outbound'> & WithClients

/** Seconds a request is remembered after its end: its client is told that it has expired, the person finds it in their data. */
const memory = 24 * 3600

/** Seconds. An attempt that is due for longer lost its job with the process that had it. */
const patience = 30

const Payload = z.object({ id: z.uuid() })

export const jobs = (app: Machinery): Job[] => [
  { name: pingJob, apart: true, run: (payload) => pingClient(app, Payload.parse(payload).id) },
  {
    name: 'authentication-requests.close',
    schedule: '* * * * *',
    async run() {
      await wake(app)
      await inBatches((limit) => close(app, limit))
    },
  },
  {
    name: 'authentication-requests.sweep',
    schedule: '23 * * * *',
    async run() {
      const before = secondsAfter(app.clock.now(), -memory)
      await inBatches((limit) => requests.sweep(app.db, before, limit))
      await inBatches((limit) => polls.sweep(app.db, app.clock.now(), limit))
    },
  },
]

/** Puts attempts back to work whose process died; the queue itself would wait four hours for it. */
async function wake({ db, clock }: Machinery): Promise<void> {
  await transaction(db, async (tx) => {
    const at = clock.now()
    const ids = await requests.wake(tx, { dueBefore: secondsAfter(at, -patience), at, limit: 200 })
    for (const id of ids) await queuePing(tx, id)
  })
}

/** Writes down what nobody answered in time, and ends the sessions that were approved and never used. */
async function close({ db, clock }: Machinery, limit: number): Promise<number> {
  return transaction(db, async (tx) => {
    const at = clock.now()
    const { found, closed } = await requests.closeOverdue(tx, at, limit)
    for (const one of closed) await closeOne(tx, at, one)
    return found
  })
}

async function closeOne(
  tx: Db,
  at: Date,
  { id, userId, clientId, state, sessionUid }: requests.Closed,
): Promise<void> {
  await audit.record(tx, at, bySystem, {
    action: 'authentication_request.expired',
    outcome: 'failure',
    target: { type: 'user', id: userId },
    reason: state === 'expired' ? 'not answered' : 'approved, and never fetched',
    details: { requestId: id, clientId },
  })
  if (state === 'unused' && sessionUid !== null) await endSession(tx, at, bySystem, sessionUid, 'unused')
}
