import { setTimeout as sleep } from 'node:timers/promises'

import { type EmbeddedPostgres, open, type Opened, type Options } from './open.ts'
import { stopPostmaster } from './postmaster.ts'
import { isLastToLeave } from './seat.ts'
import { boundLog } from './server.ts'

/**
 * The serving process's way in: it owns the data folder until stop(), which stops PostgreSQL (fast shutdown), also an
 * adopted one. When PostgreSQL dies meanwhile it is started again on the same port, and the pool finds it there.
 *
 * @throws StartupError when another process owns the folder, or the server cannot be started.
 */
export async function openAsOwner(options: Options): Promise<EmbeddedPostgres> {
  const first = await open('owner', options)
  const stopping = new AbortController()
  const kept = keepRunning(first, options, stopping.signal)
  const stopLog = boundLog(first.place)
  let stopped: Promise<void> | undefined
  const stop = async () => {
    stopping.abort()
    stopLog()
    const { place, server, seat, letGo } = await kept.latest()
    await stopPostmaster(place, server.pid)
    await seat.client.end()
    letGo()
  }
  const { url, server, place } = first
  return { url, adopted: server.adopted, where: place.data, stop: () => (stopped ??= stop()) }
}

/** Opens again whenever the seat is lost, until `stopping`. */
function keepRunning(
  first: Opened,
  options: Options,
  stopping: AbortSignal,
): { latest: () => Promise<Opened> } {
  let latest = Promise.resolve(first)
  const watch = (opened: Opened) => {
    void opened.seat.lost.then(() => {
      if (stopping.aborted) return
      options.log?.('the embedded PostgreSQL is gone; starting it again')
      opened.letGo()
      latest = openAgain(opened, options, stopping)
      void latest.then((again) => {
        if (again !== opened) watch(again)
      })
    })
  }
  watch(first)
  return { latest: () => latest }
}

/** Tries until it works or `stopping`; never rejects. Answers `lost` when there is nothing new. */
async function openAgain(lost: Opened, options: Options, stopping: AbortSignal): Promise<Opened> {
  for (let pause = 50; !stopping.aborted; pause = Math.min(pause * 2, 5_000)) {
    try {
      const again = await open('owner', options, lost.server.port)
      if (again.server.port === lost.server.port) return again
      await standAside(again)
    } catch (error) {
      options.log?.(error instanceof Error ? error.message : String(error))
    }
    await sleep(pause, undefined, { signal: stopping, ref: false }).catch(() => undefined)
  }
  return lost
}

/** A command was quicker and started one on another port, where our pool does not look: it goes with that command. */
async function standAside({ place, server, seat, letGo }: Opened): Promise<void> {
  if (await isLastToLeave(seat)) await stopPostmaster(place, server.pid)
  await seat.client.end()
  letGo()
}
