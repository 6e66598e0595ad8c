import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { type CarriedCause, inCause } from '../../platform/telemetry/index.ts'
import type { Envelope } from './envelope.ts'
import * as events from './repository.ts'
import type { Reaction } from './work.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'log' | 'tracing'>

/** Events of one subject looked at together. */
const windowSize = 50

export interface Delivery {
  reactions: readonly Reaction[]
  subject: string
  /** On the last attempt a reaction that fails is given up, so that the events behind it can go on. */
  lastAttempt: boolean
  /** The process is stopping: leave the rest for another. */
  stopping(): boolean
}

/**
 * Delivers everything that waits for a subject: event by event, one transaction per reaction, in which the reaction and
 * the mark that it ran commit together. A reaction that fails holds up only itself and only this subject.
 *
 * Whoever finds the subject claimed may leave: the claimant looks for more after every commit, so it sees our event.
 *
 * @throws Error when something failed or is left, so that the queue tries again later.
 */
export async function deliver(app: Machinery, delivery: Delivery): Promise<void> {
  const failed = new Set<string>()
  for (;;) {
    if (delivery.stopping()) throw new Error('the process is stopping')
    const more = await deliverNext(app, delivery, failed)
    if (!more) break
  }
  if (failed.size > 0 && !delivery.lastAttempt) throw new Error(`failed: ${[...failed].join(', ')}`)
}

interface Step {
  event: Envelope
  cause: CarriedCause
  reaction: Reaction
}

/** Takes the next step of a subject. False: there is none, or somebody else is at it. */
async function deliverNext(app: Machinery, delivery: Delivery, failed: Set<string>): Promise<boolean> {
  const taken: { step: Step | null } = { step: null }
  try {
    return await transaction(app.db, async (tx) => {
      taken.step = null
      if (!(await events.claim(tx, delivery.subject))) return false
      const waiting = await events.listWaiting(tx, delivery.subject, windowSize)
      const finished = waiting.filter((event) => openReactions(delivery.reactions, event).length === 0)
      if (finished.length > 0) {
        await events.finish(
          tx,
          finished.map(({ id }) => id),
          app.clock.now(),
        )
        return true
      }
      taken.step = nextStep(delivery.reactions, waiting, failed)
      if (!taken.step) return false
      const { step } = taken
      const { event, reaction } = step
      const mark = {
        eventId: event.id,
        reaction: reaction.name,
        outcome: 'done' as const,
        at: app.clock.now(),
      }
      if (await events.settle(tx, mark)) await inStep(app, step, () => reaction.react(tx, event))
      return true
    })
  } catch (error) {
    if (!taken.step) throw error
    await reactionFailed(app, delivery, taken.step, error)
    failed.add(taken.step.reaction.name)
    return true
  }
}

/** A reaction is part of what caused its event. */
const inStep = (app: Machinery, { event, reaction, cause }: Step, react: () => Promise<void>) =>
  inCause(
    app.tracing,
    {
      name: `react ${reaction.name}`,
      attributes: { 'gatehouse.event.type': event.type, 'gatehouse.event.id': event.id },
      cause,
    },
    react,
  )

/** The reactions that still have to see an event. */
function openReactions(
  reactions: readonly Reaction[],
  { envelope, settled }: events.WaitingEvent,
): Reaction[] {
  if (!envelope) return []
  return reactions.filter(({ name, on }) => on.includes(envelope.type) && !settled.has(name))
}

/** The oldest event with a reaction that has not failed before it: a reaction sees a subject's events in order. */
function nextStep(
  reactions: readonly Reaction[],
  waiting: readonly events.WaitingEvent[],
  failed: ReadonlySet<string>,
): Step | null {
  for (const event of waiting) {
    const reaction = openReactions(reactions, event).find(({ name }) => !failed.has(name))
    if (reaction && event.envelope) return { event: event.envelope, cause: event.cause, reaction }
  }
  return null
}

async function reactionFailed(
  app: Machinery,
  { lastAttempt }: Delivery,
  { event, reaction, cause }: Step,
  error: unknown,
): Promise<void> {
  const { requestId } = cause
  const fields = {
    err: error,
    ...(requestId !== null && { requestId }),
    event: event.id,
    type: event.type,
    reaction: reaction.name,
  }
  if (!lastAttempt) {
    app.log.warn(fields, 'a reaction to an event failed; it is tried again')
    return
  }
  const mark = {
    eventId: event.id,
    reaction: reaction.name,
    outcome: 'given-up' as const,
    at: app.clock.now(),
  }
  await transaction(app.db, (tx) => events.settle(tx, mark))
  app.log.error(fields, 'a reaction to an event failed for the last time and was given up')
}
