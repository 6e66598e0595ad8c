import type { App } from '../../platform/app.ts'
import { oldestWaiting } from './queue/repository.ts'

/** Seconds that the event which waits longest has waited; 0 where none waits. */
export async function outboxLag({ db, clock }: Pick<App, 'db' | 'clock'>): Promise<number> {
  const since = await oldestWaiting(db)
  return since ? Math.max(0, (clock.now().getTime() - since.getTime()) / 1000) : 0
}
