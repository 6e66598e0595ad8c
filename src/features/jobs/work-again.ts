import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { discardJob, letGoOfReaction, retryJob, reviveReaction } from '../outbox/index.ts'
import { errors } from './errors.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/**
 * Puts a job that failed to work again, at once and with all its attempts.
 *
 * @throws job_not_failed (404): also for the second of two who ask at the same moment.
 */
export const retryFailedJob = (app: Machinery, by: By, id: string): Promise<void> =>
  withJob(app, by, id, { act: retryJob, action: 'job.retried' })

/** Removes a job that failed: what it was to do is not done. @throws job_not_failed (404) */
export const discardFailedJob = (app: Machinery, by: By, id: string): Promise<void> =>
  withJob(app, by, id, { act: discardJob, action: 'job.discarded' })

interface JobAct {
  act(tx: Db, id: string): Promise<string | null>
  action: 'job.retried' | 'job.discarded'
}

async function withJob(app: Machinery, by: By, id: string, { act, action }: JobAct): Promise<void> {
  await transaction(app.db, async (tx) => {
    const name = await act(tx, id)
    if (name === null) throw errors.job_not_failed()
    await audit.record(tx, app.clock.now(), by, { action, target: { type: 'job', id }, details: { name } })
  })
}

interface Which {
  eventId: string
  reaction: string
}

/** Lets a reaction that was given up see its event once more. @throws reaction_not_given_up (404) */
export const retryReaction = (app: Machinery, by: By, which: Which): Promise<void> =>
  withReaction(app, by, which, { act: reviveReaction, action: 'reaction.retried' })

/** Lets go of it: the event is forgotten with the others of its day. @throws reaction_not_given_up (404) */
export const discardReaction = (app: Machinery, by: By, which: Which): Promise<void> =>
  withReaction(app, by, which, { act: letGoOfReaction, action: 'reaction.discarded' })

interface ReactionAct {
  act(tx: Db, which: Which): Promise<boolean>
  action: 'reaction.retried' | 'reaction.discarded'
}

async function withReaction(
  app: Machinery,
  by: By,
  which: Which,
  { act, action }: ReactionAct,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    if (!(await act(tx, which))) throw errors.reaction_not_given_up()
    const target = { type: 'event', id: which.eventId }
    await audit.record(tx, app.clock.now(), by, { action, target, details: { reaction: which.reaction } })
  })
}
