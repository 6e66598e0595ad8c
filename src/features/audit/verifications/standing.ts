import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import type { VerificationQueue } from './queue.ts'
import * as runs from './repository.ts'

/** Between two signs of life of a run. */
export const beatSeconds = 10

/** Without one, a run counts as dead: its process was killed, and the queue keeps its place for hours. */
export const patienceSeconds = 60

/** Of the run that is under way; null: none is. */
export async function standing(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  queue: VerificationQueue,
): Promise<'waiting' | 'running' | null> {
  const state = await queue.state(db)
  if (state === 'waiting') return state
  if (state !== 'running') return null
  return (await runs.hasBeaten(db, secondsAfter(clock.now(), -patienceSeconds))) ? state : null
}
