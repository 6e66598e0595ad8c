import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import { deleteIfDue, listDueForDeletion } from '../accounts/index.ts'
import type { Job } from '../outbox/index.ts'

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'portal.delete-due-accounts',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => deleteDue(app, limit)),
  },
]

/** Deletes accounts whose time has come, each by itself; the number deleted here, for another replica may do the same. */
async function deleteDue(app: Pick<App, 'db' | 'clock'>, limit: number): Promise<number> {
  const due = await listDueForDeletion(app.db, app.clock.now(), limit)
  let deleted = 0
  for (const userId of due) if (await deleteIfDue(app, userId)) deleted += 1
  return deleted
}
