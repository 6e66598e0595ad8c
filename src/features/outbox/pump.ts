import type { App } from '../../platform/app.ts'
import { deliver, deliverTogether } from './deliver.ts'
import { onFresh } from './fresh.ts'
import * as events from './repository.ts'
import type { Reaction } from './work.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'log' | 'tracing'>

/** Milliseconds between looks for what other processes announced, or left. */
const lookMs = 250

/** Milliseconds after an announcement of this process: what others announce meanwhile is delivered with it. */
const soonMs = 10

/** Deliveries under way in one process: a slow one leaves the others room. */
const lanes = 3

/** Subjects whose events are delivered in one transaction. */
const together = 16

/**
 * Delivers events that no reaction has failed at, soon after they are announced, until closed. Any number of processes may have
 * one: who takes a subject has it alone. One that fails becomes a job of the queue, which tries it again.
 */
export function openPump(
  app: Machinery,
  { reactions, stopping }: { reactions: readonly Reaction[]; stopping(): boolean },
): { close(): Promise<void> } {
  const underWay = new Set<Promise<void>>()
  let news = false
  /** The subject after which the next look begins, so that all have their turn. */
  let after = ''
  let soon: NodeJS.Timeout | null = null
  let asking: Promise<void> | null = null

  function look(): void {
    news = true
    if (stopping() || underWay.size >= lanes) return
    const lane = deliverUntilNothingIsNew()
      .catch((error: unknown) => {
        app.log.warn({ err: error }, 'events could not be delivered; trying again')
      })
      .finally(() => {
        underWay.delete(lane)
      })
    underWay.add(lane)
  }

  async function deliverUntilNothingIsNew(): Promise<void> {
    while (news && !stopping()) {
      news = false
      if (await deliverSome()) news = true
    }
  }

  /** Whether there may be more. */
  async function deliverSome(): Promise<boolean> {
    const began = after
    const round = { reactions, stopping, after: began, most: together }
    const { subjects, failed, left } = await deliverTogether(app, round)
    after = subjects.length < together ? '' : (subjects.at(-1) ?? '')
    for (const subject of failed) await deliverAlone(subject)
    return left || after !== began
  }

  async function deliverAlone(subject: string): Promise<void> {
    try {
      await deliver(app, { reactions, subject, lastAttempt: false, stopping })
    } catch (error) {
      if (stopping()) return // still there for another
      app.log.debug({ err: error }, 'events of a subject are left to the queue')
      await events.leaveToQueue(app.db, subject, app.clock.now())
    }
  }

  function lookSoon(): void {
    soon ??= setTimeout(() => {
      soon = null
      look()
    }, soonMs).unref()
  }

  /** One that finds the database away leaves it to the next. */
  function lookIfAny(): void {
    if (underWay.size >= lanes) return
    asking ??= events
      .isAnyFresh(app.db)
      .then(
        (any) => {
          if (any) look()
        },
        () => undefined,
      )
      .finally(() => {
        asking = null
      })
  }

  const stopHearing = onFresh(app.db, lookSoon)
  const timer = setInterval(lookIfAny, lookMs).unref()
  look()

  return {
    close: async () => {
      clearInterval(timer)
      if (soon) clearTimeout(soon)
      stopHearing()
      await asking
      await Promise.all(underWay)
    },
  }
}
