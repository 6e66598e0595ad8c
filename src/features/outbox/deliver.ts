import type { App, Db } from '../../platform/app.ts'
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

/** Milliseconds after which no further reaction is begun in a transaction: what it did is kept, and the place may be needed. */
const longest = 200

/**
 * Delivers everything that waits for a subject, in order; the reactions and the marks that they ran commit together. One that
 * fails undoes the others of its transaction, which then run again without it: it holds up only itself and only this subject.
 *
 * Whoever finds the subject claimed may leave: the claimant looks for more after every commit, so it sees our event.
 *
 * @throws Error when something failed or is left, so that the queue tries again later.
 */
export async function deliver(app: Machinery, delivery: Delivery): Promise<void> {
  const failed = new Set<string>()
  do {
    if (delivery.stopping()) throw new Error('the process is stopping')
    if (!(await deliverSome(app, delivery, failed))) break
  } while (await events.isWaiting(app.db, delivery.subject))
  if (failed.size > 0 && !delivery.lastAttempt) throw new Error(`failed: ${[...failed].join(', ')}`)
}

interface Step {
  event: Envelope
  cause: CarriedCause
  reaction: Reaction
}

/** Takes the next steps of a subject. False: there are none, or somebody else is at it. */
async function deliverSome(app: Machinery, delivery: Delivery, failed: Set<string>): Promise<boolean> {
  const under: { step: Step | null } = { step: null }
  try {
    return await transaction(app.db, async (tx) => {
      under.step = null
      if (!(await events.claim(tx, delivery.subject))) return false
      const waiting = await events.listWaiting(tx, [delivery.subject], windowSize)
      const steps = nextSteps(delivery.reactions, waiting, failed)
      const { did } = await takeSteps(app, tx, delivery, { waiting, steps }, under)
      return did
    })
  } catch (error) {
    if (!under.step) throw error
    await reactionFailed(app, delivery, under.step, error)
    failed.add(under.step.reaction.name)
    return true
  }
}

/** Does what there is time for, and marks it. */
async function takeSteps(
  app: Machinery,
  tx: Db,
  { reactions, stopping }: Pick<Delivery, 'reactions' | 'stopping'>,
  { waiting, steps }: { waiting: readonly events.WaitingEvent[]; steps: readonly Step[] },
  under: { step: Step | null },
): Promise<{ did: boolean; left: boolean }> {
  const began = performance.now()
  const done: Step[] = []
  for (const step of steps) {
    if (done.length > 0 && (stopping() || performance.now() - began > longest)) break
    under.step = step
    await inStep(app, step, () => step.reaction.react(tx, step.event))
    done.push(step)
  }
  under.step = null
  const marks = done.map(({ event, reaction }) => ({ eventId: event.id, reaction: reaction.name }))
  const finished = waiting.filter((event) => isFinished(reactions, event, marks))
  const did = marks.length + finished.length > 0
  if (did) await events.settleAll(tx, { marks, finished: finished.map(({ id }) => id), at: app.clock.now() })
  return { did, left: finished.length < waiting.length }
}

export interface Round extends Pick<Delivery, 'reactions' | 'stopping'> {
  /** The subject after which it begins, in the order of the alphabet. */
  after: string
  /** Subjects at most. */
  most: number
}

export interface Came {
  /** Those it took. */
  subjects: readonly string[]
  /** Those of them that are to be delivered by themselves, since something failed and all was undone. */
  failed: readonly string[]
  /** There is more for some of them than was delivered. */
  left: boolean
}

/** Delivers what waits for several subjects in one transaction, of each the oldest first. */
export async function deliverTogether(app: Machinery, round: Round): Promise<Came> {
  const under: { step: Step | null; subjects: readonly string[] } = { step: null, subjects: [] }
  let left = false
  try {
    await transaction(app.db, async (tx) => {
      under.step = null
      under.subjects = await events.claimFreshSubjects(tx, round.after, round.most)
      if (under.subjects.length === 0) return
      const waiting = await events.listWaiting(tx, under.subjects, windowSize)
      const steps = inTurns(nextSteps(round.reactions, waiting, new Set()))
      const taken = await takeSteps(app, tx, round, { waiting, steps }, under)
      left = taken.left || waiting.length >= windowSize
    })
  } catch (error) {
    if (!under.step) throw error
    return { subjects: under.subjects, failed: under.subjects, left: true }
  }
  return { subjects: under.subjects, failed: [], left }
}

/** The first of each subject, then the second of each: none waits until another is done. */
function inTurns(steps: readonly Step[]): Step[] {
  const places = new Map<string, number>()
  const placed = steps.map((step) => {
    const place = places.get(step.event.subject) ?? 0
    places.set(step.event.subject, place + 1)
    return { step, place }
  })
  return placed.sort((one, other) => one.place - other.place).map(({ step }) => step)
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

/** The oldest first, of reactions that have not failed before: a reaction sees a subject's events in order. */
const nextSteps = (
  reactions: readonly Reaction[],
  waiting: readonly events.WaitingEvent[],
  failed: ReadonlySet<string>,
): Step[] =>
  waiting.flatMap((one) => {
    const { envelope: event, cause } = one
    if (!event) return []
    return openReactions(reactions, one)
      .filter(({ name }) => !failed.has(name))
      .map((reaction) => ({ event, cause, reaction }))
  })

const isFinished = (
  reactions: readonly Reaction[],
  event: events.WaitingEvent,
  marks: readonly events.Mark[],
): boolean =>
  openReactions(reactions, event).every(({ name }) =>
    marks.some(({ eventId, reaction }) => eventId === event.id && reaction === name),
  )

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
  await events.giveUp(app.db, { eventId: event.id, reaction: reaction.name }, app.clock.now())
  app.log.error(fields, 'a reaction to an event failed for the last time and was given up')
}
