import { z } from 'zod'

import { secondsAfter } from '../../lib/clock.ts'
import { enqueue, type Job } from '../outbox/index.ts'
import { importJob } from './receive-import.ts'
import * as imports from './repository.ts'
import { type ImportParts, runImport } from './run-import.ts'

const Payload = z.object({ id: z.uuid() })

/** Seconds after which an import that nobody works at is taken up again: whoever did so is gone. */
const resumeAfter = 60

/** Seconds after which a file that stopped arriving will not go on. */
const lostAfter = 3_600

/** Seconds in which an import that was given up can be resumed. */
const resumableFor = 7 * 24 * 3600

/** Seconds a report is kept. */
const keptFor = 90 * 24 * 3600

export const jobs = (app: ImportParts): Job[] => [
  { name: importJob, apart: true, run: (payload) => runImport(app, Payload.parse(payload).id) },
  {
    name: 'imports.resume',
    schedule: '* * * * *',
    async run() {
      const now = app.clock.now()
      const before = secondsAfter(now, -resumeAfter)
      for (const id of await imports.listAbandoned(app.db, ['waiting', 'running'], before))
        await enqueue(app.db, importJob, { id }, { key: `${importJob}:${id}` })
      const lost = await imports.listAbandoned(app.db, ['receiving'], secondsAfter(now, -lostAfter))
      for (const id of lost) await imports.fail(app.db, id, 'not_received', now)
    },
  },
  {
    name: 'imports.sweep',
    schedule: '37 3 * * *',
    async run() {
      const now = app.clock.now()
      await imports.forgetGivenUp(app.db, secondsAfter(now, -resumableFor))
      const before = secondsAfter(now, -keptFor)
      while ((await imports.forget(app.db, before)) > 0);
    },
  },
]
