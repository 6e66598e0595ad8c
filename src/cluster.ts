import cluster, { type Worker } from 'node:cluster'
import { z } from 'zod'

import { openDatabases } from './databases.ts'
import type { Config } from './platform/config/index.ts'
import { type Log, openLog } from './platform/log.ts'
import { startupError } from './platform/startup-error.ts'
import type { Running } from './start.ts'

/**
 * One process a core (WEB_CONCURRENCY). The primary keeps the embedded database, the workers and the greeting; workers
 * share the port and serve. They are replicas like any others: what is in memory is each one's own, and each takes work
 * from the queue, which gives every job to one of them. The first worker starts alone: it migrates and makes the first
 * administrator, and what is wrong is told once.
 */
export async function startPrimary(config: Config): Promise<Running> {
  const log = openLog(config.logLevel)
  const databases = await openDatabases(config, 'owner')
  // Workers accept for themselves. By turns, a connection handed to one that dies at that moment would be left to hang.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  const crew = openCrew(log)
  const stop = async () => {
    await crew.stop()
    await databases.close()
  }
  const first = await crew.add()
  if (!first) {
    await stop()
    throw startupError('The service did not start: the lines above say why.')
  }
  await Promise.all(Array.from({ length: config.webConcurrency - 1 }, () => crew.add()))
  return { config, log, root: first.root, where: databases.where, failed: crew.failed, stop }
}

/** A forked process: serves, and tells the primary when it does. */
export async function startWorker(config: Config): Promise<Running> {
  const databases = await openDatabases(config, 'guest')
  const { serve } = await import('./service.ts')
  const { log, root, stop } = await serve(config, databases)
  process.send?.({ root } satisfies Ready)
  const leave = async () => {
    await stop()
    await databases.close()
  }
  return { config, log, root: null, where: databases.where, stop: leave }
}

/** What a worker says when it serves. */
const Ready = z.object({
  root: z.object({ email: z.string(), oneTimePassword: z.string().nullable() }).nullable(),
})
type Ready = z.infer<typeof Ready>

/** Milliseconds: a worker that ends sooner has not worked; the pause before the next one doubles up to the last. */
const pauses = { early: 10_000, first: 100, last: 5_000 }

/** Early ends in a row after which nothing is expected any more. */
const tries = 8

interface Crew {
  /** Another worker, replaced from now on when it ends. Null when it ended before it was ready. */
  add(): Promise<Ready | null>
  /** Settled when workers keep ending. */
  failed: Promise<string>
  stop(): Promise<void>
}

function openCrew(log: Log): Crew {
  const stopping = new AbortController()
  const stopped = () => stopping.signal.aborted
  let early = 0
  let fail: (sentence: string) => void = () => undefined
  const failed = new Promise<string>((resolve) => (fail = resolve))

  async function add(): Promise<Ready | null> {
    const bornAt = performance.now()
    const worker = cluster.fork()
    const ready = await readinessOf(worker)
    if (ready) void endOf(worker).then(() => replace(worker, bornAt))
    return ready
  }

  async function replace({ process: { pid, exitCode, signalCode } }: Worker, bornAt: number): Promise<void> {
    if (stopped()) return
    early = performance.now() - bornAt < pauses.early ? early + 1 : 0
    log.error({ pid, exitCode, signalCode }, 'a worker ended; starting another')
    for (; early < tries; early++) {
      if (early > 0) await pause(Math.min(pauses.first * 2 ** early, pauses.last))
      if (stopped() || (await add())) return
    }
    fail('The workers of this service keep ending right after their start: the lines above say why.')
  }

  const stop = async () => {
    stopping.abort()
    await Promise.all(Object.values(cluster.workers ?? {}).map(stopWorker))
  }
  return { add, failed, stop }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const endOf = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    if (worker.isDead()) resolve()
    else
      worker.once('exit', () => {
        resolve()
      })
  })

function readinessOf(worker: Worker): Promise<Ready | null> {
  const said = new Promise<Ready>((resolve) => {
    worker.once('message', (message: unknown) => {
      resolve(Ready.parse(message))
    })
  })
  return Promise.race([said, endOf(worker).then(() => null)])
}

async function stopWorker(worker: Worker | undefined): Promise<void> {
  if (!worker) return
  worker.process.kill('SIGTERM')
  await endOf(worker)
}
