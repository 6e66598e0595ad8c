import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { attempt } from './attempt.ts'
import { asAttempt } from './as-attempt.ts'
import type { Channel } from './channel.ts'
import { openLooking } from './looking.ts'
import { openPumpInOrder } from './pump-in-order.ts'
import * as deliveries from './repository.ts'
import { type Claimed, queueOf } from './repository.ts'
import { drop, settle } from './settle.ts'

type Machinery = Pick<App, 'db' | 'bus' | 'clock' | 'log' | 'outbound' | 'metrics' | 'tracing'>

/** Seconds one attempt may take, with room to spare: the guarded client gives up after two and a half. */
const leaseSeconds = 30

/** Attempts under way in one process, altogether and at one destination. */
const most = 256
const perDestination = 8

/** Seconds. What was tried so recently waits for its time even when its destination answers again. */
const recent = 60

/**
 * Makes the attempts that are due until closed; any number of processes may have one. It waits for many servers at once and
 * holds no connection to the database meanwhile. A destination whose last attempt failed gets one at a time, so that what is
 * dead takes a place or two and not all of them.
 */
export function openPump(app: Machinery, channels: readonly Channel[]): { close(): Promise<void> } {
  const inOrder = openPumpInOrder(
    app,
    channels.filter((channel) => channel.inOrder),
  )
  const byKind = new Map(
    channels.filter((channel) => !channel.inOrder).map((channel) => [channel.kind, channel]),
  )
  const kinds = [...byKind.keys()]
  const underWay = new Set<Promise<void>>()
  const busy = new Map<string, number>()
  const failing = new Set<string>()

  async function takeDue(): Promise<boolean> {
    const taken = [...(await take('healthy')), ...(await take('failing'))]
    for (const one of taken) begin(one)
    return taken.length > 0
  }

  async function take(which: 'healthy' | 'failing'): Promise<Claimed[]> {
    const free = most - underWay.size
    if (free <= 0 || looking.isClosed() || (which === 'failing' && failing.size === 0)) return []
    const at = app.clock.now()
    return deliveries.claim(app.db, {
      ...{ at, leasedUntil: secondsAfter(at, leaseSeconds), kinds, most: free },
      ...(which === 'healthy'
        ? { only: null, but: [...busy.keys(), ...failing], perDestination }
        : { only: [...failing], but: [...busy.keys()], perDestination: 1 }),
    })
  }

  function begin(delivery: Claimed): void {
    const queue = queueOf(delivery)
    busy.set(queue, (busy.get(queue) ?? 0) + 1)
    const work = asAttempt(app, delivery, () => deliver(delivery))
      .catch(() => undefined) // told
      .finally(() => {
        underWay.delete(work)
        const left = (busy.get(queue) ?? 1) - 1
        if (left > 0) busy.set(queue, left)
        else busy.delete(queue)
        looking.look()
      })
    underWay.add(work)
  }

  async function deliver(delivery: Claimed): Promise<void> {
    const channel = byKind.get(delivery.kind)
    if (!channel) throw new Error('a delivery of an unknown kind was claimed')
    const message = await channel.compose(delivery)
    if (!message) {
      await drop(app, delivery)
      return
    }
    const attempted = await attempt(app, message)
    const at = app.clock.now()
    const queue = queueOf(delivery)
    // A refusal is an answer: its server is well, it only does not want this one.
    const isWell = attempted.result === 'delivered' || attempted.result === 'refused'
    const recovered = isWell && (failing.delete(queue) || delivery.attempts > 1)
    if (!isWell) failing.add(queue)
    if (!(await settle(app, delivery, attempted, at))) return
    if (attempted.result === 'delivered') channel.delivered(delivery, at)
    if (recovered)
      await deliveries.makeDue(app.db, {
        ...{ kind: delivery.kind, destination: delivery.destination, at },
        notTriedSince: secondsAfter(at, -recent),
      })
  }

  const looking = openLooking(app, takeDue)
  looking.look()

  return {
    close: async () => {
      await looking.close()
      await Promise.all([...underWay, inOrder.close()])
    },
  }
}
