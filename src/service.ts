import { type Gatehouse, openApp } from './app.ts'
import type { OpenDatabases } from './databases.ts'
import { ensureRootAdministrator, type RootAdministrator } from './features/administration/index.ts'
import { openPartitions, openSequencer } from './features/audit/index.ts'
import { openHttp } from './http.ts'
import type { Config } from './platform/config/index.ts'
import { migrate } from './platform/db/index.ts'
import { type Listener, listen } from './platform/http/index.ts'
import type { Log } from './platform/log.ts'
import { openWork } from './worker.ts'

/** What one process does for requests and work. */
export interface Service {
  log: Log
  root: RootAdministrator | null
  stop(): Promise<void>
}

/** Milliseconds that requests under way get. */
const graceMs = 15_000

/** Milliseconds without a request after which balancers have turned away, and between two looks. */
const quietMs = { long: 1_000, look: 50 }

/**
 * Schema, HTTP, work, and at last the first administrator: a password that is shown once is made when nothing is left
 * that could keep it from being shown.
 */
export async function serve(config: Config, { urls }: OpenDatabases): Promise<Service> {
  await migrate(urls)
  const app = await openApp({ config, databases: urls })
  const { stop } = await answer(app).catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  try {
    return { log: app.log, root: await ensureRootAdministrator(app), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * The order of stopping: not ready any more while everything is still answered, so that balancers turn away, and no jobs any
 * more; then no new connections, and what is under way finishes; then the pools.
 */
async function answer(app: Gatehouse): Promise<Pick<Service, 'stop'>> {
  let stopping = false
  await openPartitions(app.db, app.clock.now()) // after a long stop the job that opens months is late
  const handlers = openHttp(app, () => stopping)
  const work = await openWork(app)
  const listeners = await listenAll(app, handlers).catch(async (error: unknown) => {
    await work.close()
    throw error
  })
  const sequencer = openSequencer(app) // tells what it signs, which a start that comes to nothing has no reason to
  const stop = async () => {
    stopping = true
    for (const listener of listeners) listener.drain()
    const leave = async () => {
      await drained(listeners, app.config.drainSeconds * 1000)
      await Promise.all(listeners.map((listener) => listener.close(graceMs)))
    }
    await Promise.all([leave(), work.close()])
    await sequencer.close() // what they did last is still to be chained
    await app.close()
  }
  return { stop }
}

async function listenAll(
  { config, log }: Gatehouse,
  handlers: ReturnType<typeof openHttp>,
): Promise<Listener[]> {
  const { host, port, managementPort } = config
  const open: Listener[] = []
  try {
    // Probes come first: who asks them hears nothing before they can tell the truth.
    if (managementPort !== undefined)
      open.push(
        await listen(handlers.management, { host, port: managementPort, setting: 'MANAGEMENT_PORT' }, log),
      )
    return [...open, await listen(handlers.public, { host, port }, log)]
  } catch (error) {
    await Promise.all(open.map((listener) => listener.close(0)))
    throw error
  }
}

/**
 * Waits for so many milliseconds, and as long again at most while requests still come: whoever sends them has not noticed yet,
 * and would find a closed door.
 */
async function drained(listeners: readonly Listener[], ms: number): Promise<void> {
  await pause(ms)
  const end = performance.now() + ms
  while (performance.now() < end && !listeners.every((listener) => listener.quietFor(quietMs.long)))
    await pause(quietMs.look)
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
