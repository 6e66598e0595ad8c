import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { attempt } from './attempt.ts'
import { asAttempt } from './as-attempt.ts'
import type { Channel } from './channel.ts'
import { openLooking } from './looking.ts'
import * as deliveries from './repository.ts'
import { type Claimed, queueOf } from './repository.ts'
import { firstInOrderSeconds } from './schedule.ts'
import { drop, settle } from './settle.ts'

type Machinery = Pick<App, 'db' | 'bus' | 'clock' | 'log' | 'outbound' | 'metrics' | 'tracing'>

/** Deliveries of one destination that are taken together, to be tried one after another. */
const together = 20

/** Seconds for which they are taken, and for which new attempts begin: one may take two and a half. */
const leaseSeconds = 30
const beginMs = 20_000

/** Destinations that one process tells at the same time. */
const most = 64

interface Taken {
  channel: Channel
  queue: Claimed[]
  leasedUntil: Date
}

/**
 * As `openPump`, for channels that keep order: one process at a time is at a destination, with one attempt at a time. An attempt
 * that fails ends its turn; the same one is first again when it is due.
 */
export function openPumpInOrder(app: Machinery, channels: readonly Channel[]): { close(): Promise<void> } {
  const underWay = new Set<Promise<void>>()
  const busy = new Map<string, string>()

  async function takeDue(): Promise<boolean> {
    for (const channel of channels) for (const taken of await take(channel)) begin(taken)
    return false
  }

  async function take(channel: Channel): Promise<Taken[]> {
    const free = most - busy.size
    if (free <= 0 || looking.isClosed()) return []
    const { kind } = channel
    const held = (await channel.held?.()) ?? []
    const at = app.clock.now()
    const leasedUntil = secondsAfter(at, leaseSeconds)
    const mine = [...busy].filter(([queue]) => queue.startsWith(`${kind} `)).map(([, name]) => name)
    const found = await deliveries.claimInOrder(app.db, {
      ...{ at, leasedUntil, kind, but: [...mine, ...held], perDestination: together, most: free },
      expiresAt: secondsAfter(at, firstInOrderSeconds),
    })
    const queues = Map.groupBy(found, ({ destination }) => destination)
    return [...queues.values()].map((queue) => ({ channel, queue, leasedUntil }))
  }

  function begin(taken: Taken): void {
    const [first] = taken.queue
    if (!first) return
    const name = queueOf(first)
    busy.set(name, first.destination)
    const work = tell(taken)
      .catch((error: unknown) => {
        const { kind, destination } = first
        app.log.warn(
          { err: error, kind, destination },
          'a destination could not be told; it is tried again later',
        )
      })
      .finally(() => {
        underWay.delete(work)
        busy.delete(name)
        looking.look()
      })
    underWay.add(work)
  }

  /** Tells one destination what was taken for it, until something does not end. */
  async function tell({ channel, queue, leasedUntil }: Taken): Promise<void> {
    const startedAt = performance.now()
    const left = [...queue]
    for (const delivery of queue) {
      if (looking.isClosed() || performance.now() - startedAt > beginMs) break
      if ((await channel.held?.())?.includes(delivery.destination)) break
      left.shift()
      const goesOn = await asAttempt(app, delivery, () => tellOne(channel, delivery)).catch(() => null)
      if (goesOn === null) return // told; what is left waits for the end of the lease
      if (!goesOn) break
    }
    const ids = left.map(({ id }) => id)
    if (ids.length > 0) await deliveries.release(app.db, ids, leasedUntil)
  }

  /** False when it has to be tried again, or somebody else has taken over. */
  async function tellOne(channel: Channel, delivery: Claimed): Promise<boolean> {
    const message = await channel.compose(delivery)
    if (!message) {
      await drop(app, delivery)
      return true
    }
    const attempted = await attempt(app, message)
    const at = app.clock.now()
    const state = await settle(app, delivery, attempted, at)
    if (state === null) return false
    await channel.attempted?.(delivery, attempted, at)
    if (state === 'delivered') channel.delivered(delivery, at)
    return state !== 'waiting'
  }

  const looking = openLooking(app, takeDue)
  looking.look()

  return {
    close: async () => {
      await looking.close()
      await Promise.all(underWay)
    },
  }
}
