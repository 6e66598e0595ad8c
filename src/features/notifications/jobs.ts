import { z } from 'zod'

import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import { transaction } from '../../platform/db/index.ts'
import type { Job } from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { deliverMail } from './deliver-mail.ts'
import type { WithMailer } from './mailer.ts'
import * as mails from './repository.ts'
import { deliverJob, queueMail } from './send-mail.ts'
import { smsJobs } from './sms/jobs.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'metrics' | 'sms' | 'views'> &
  WithSettings &
  WithMailer

/** Seconds a mail is kept, or remembered without what it said. */
const memory = 30 * 24 * 3600

/** Seconds. A mail that is due for longer lost its job with the process that had it. */
const patience = 60

/** Mails woken at once; the rest a minute later. */
const wakeLimit = 200

const Payload = z.object({ id: z.uuid() })

export const jobs = (app: Machinery): Job[] => [
  ...smsJobs(app),
  { name: deliverJob, apart: true, run: (payload) => deliverMail(app, Payload.parse(payload).id) },
  { name: 'mail.wake', schedule: '* * * * *', run: () => wake(app) },
  {
    name: 'mail.sweep',
    schedule: '37 * * * *',
    run: () => inBatches((limit) => mails.sweep(app.db, secondsAfter(app.clock.now(), -memory), limit)),
  },
]

/** Puts mails back to work whose process died; the queue itself would wait four hours for it. */
async function wake({ db, clock }: Machinery): Promise<void> {
  await transaction(db, async (tx) => {
    const at = clock.now()
    const ids = await mails.wake(tx, { dueBefore: secondsAfter(at, -patience), at, limit: wakeLimit })
    for (const id of ids) await queueMail(tx, id)
  })
}
