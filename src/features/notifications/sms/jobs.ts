import { z } from 'zod'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { inBatches } from '../../../platform/batches.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { Job } from '../../outbox/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { deliverSms } from './deliver-sms.ts'
import * as messages from './repository.ts'
import { deliverSmsJob, queueSms } from './send-sms.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'metrics' | 'sms' | 'views'> & WithSettings

/** Seconds a message is remembered, without what it said, or kept in the mailbox. */
const memory = 30 * 24 * 3600

/** Seconds. A message that is due for longer lost its job with the process that had it. */
const patience = 60

/** Messages woken at once; the rest a minute later. */
const wakeLimit = 200

const Payload = z.object({ id: z.uuid() })

export const smsJobs = (app: Machinery): Job[] => [
  { name: deliverSmsJob, apart: true, run: (payload) => deliverSms(app, Payload.parse(payload).id) },
  { name: 'sms.wake', schedule: '* * * * *', run: () => wake(app) },
  {
    name: 'sms.sweep',
    schedule: '41 * * * *',
    run: () => inBatches((limit) => messages.sweep(app.db, secondsAfter(app.clock.now(), -memory), limit)),
  },
]

/** Puts messages back to work whose process died. */
async function wake({ db, clock }: Machinery): Promise<void> {
  await transaction(db, async (tx) => {
    const at = clock.now()
    const ids = await messages.wake(tx, { dueBefore: secondsAfter(at, -patience), at, limit: wakeLimit })
    for (const id of ids) await queueSms(tx, id)
  })
}
