import type { CronItem, Logger, Runner, TaskList } from 'graphile-worker'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import type { Config } from '../../platform/config/index.ts'
import { inCause } from '../../platform/telemetry/index.ts'
import { takeCause } from './caused-payload.ts'
import { deliver } from './deliver.ts'
import { openPump } from './pump.ts'
import { lookForAbandoned, sweep } from './sweep.ts'
import { deliverTask, type Job, type Reaction } from './work.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'log' | 'tracing'>

export interface Work {
  reactions: readonly Reaction[]
  jobs: readonly Job[]
}

/** Milliseconds that running work gets to finish when the process stops. */
const grace = 15_000

/** Milliseconds before a queue that broke down is opened again. */
const pause = 1_000

const DeliverPayload = z.object({ subject: z.string() })

/** How many jobs one process does at a time: its own work, and what waits for others. */
const places = 3
const placesApart = 2

/**
 * Works until closed: delivers events to reactions, runs jobs of the queue when they are due. Any number of
 * processes may have one. Connects to `databases.direct`, since it listens.
 */
export async function openWorker(
  app: Machinery,
  databases: NonNullable<Config['database']>,
  work: Work,
): Promise<{ close(): Promise<void> }> {
  // Loaded here, not above: commands that start no worker need not pay for it.
  const { Logger, parseCronItems, run } = await import('graphile-worker')
  const stopping = new AbortController()
  const closed = () => stopping.signal.aborted
  const jobs = [sweep(app), ...work.jobs]
  const open = (concurrency: number, taskList: TaskList, scheduled: readonly Job[]) => () =>
    run({
      connectionString: databases.direct.reveal(),
      maxPoolSize: concurrency,
      concurrency,
      pollInterval: 1_000, // for what is due later, and behind poolers that drop notifications
      // Only the batched form of writing back is awaited at the end; otherwise the last jobs stay locked for four hours.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      noHandleSignals: true, // the process has one owner of signals, main.ts
      logger: new Logger(quietly(app)),
      taskList,
      parsedCronItems: parseCronItems(scheduleOf(scheduled)),
    })
  const apart = jobs.filter((job) => job.apart)
  const own = jobs.filter((job) => !job.apart)
  const tasks = { ...deliveryOf(app, work.reactions, closed), ...tasksOf(app, own) }
  const queues = [await keepOpen(app, open(places, tasks, jobs), closed)]
  if (apart.length > 0) queues.push(await keepOpen(app, open(placesApart, tasksOf(app, apart), []), closed))

  const watch = lookForAbandoned(app)
  const pump = openPump(app, { reactions: work.reactions, stopping: closed })

  return {
    close: async () => {
      stopping.abort()
      await Promise.all([watch.stop(), pump.close()])
      await Promise.all(queues.map((queue) => queue.stop()))
    },
  }
}

/** The queue gives up when it cannot write back the end of a job; the service must not go on without it. */
async function keepOpen(
  app: Machinery,
  open: () => Promise<Runner>,
  closed: () => boolean,
): Promise<{ stop(): Promise<void> }> {
  let runner = await open()
  void keepRunning()

  async function keepRunning(): Promise<void> {
    while (!closed()) {
      await runner.promise.catch(() => undefined) // told by the queue's own words
      await reopen()
    }
  }

  async function reopen(): Promise<void> {
    if (closed()) return
    app.log.warn('the job queue broke down; opening it again')
    await wait(pause, undefined, { ref: false })
    try {
      runner = await open()
    } catch (error) {
      app.log.warn({ err: error }, 'the job queue cannot be opened yet')
    }
    if (closed()) await stop(app, runner)
  }

  return { stop: () => stop(app, runner) }
}

async function stop(app: Machinery, runner: Runner): Promise<void> {
  const stopped = runner.stop().catch(() => undefined) // it had broken down, or was stopping already
  const finished = await Promise.race([stopped.then(() => true), wait(grace, false, { ref: false })])
  if (!finished) app.log.warn('work of the queue did not finish in time; another process will take it up')
}

function scheduleOf(jobs: readonly Job[]): CronItem[] {
  return jobs.flatMap(({ name, schedule }) => {
    if (schedule === undefined) return []
    // Under a key, a run that is due replaces one that failed and waits for its next attempt.
    return [{ task: name, match: schedule, identifier: name, options: { jobKey: name, backfillPeriod: 0 } }]
  })
}

const deliveryOf = (app: Machinery, reactions: readonly Reaction[], stopping: () => boolean): TaskList => ({
  [deliverTask]: async (payload, { job }) => {
    const { subject } = DeliverPayload.parse(payload)
    const lastAttempt = job.attempts >= job.max_attempts
    await deliver(app, { reactions, subject, lastAttempt, stopping })
  },
})

const tasksOf = (app: Machinery, jobs: readonly Job[]): TaskList =>
  Object.fromEntries(jobs.map((job) => [job.name, (payload: unknown) => runJob(app, job, payload)]))

/** A job is part of what queued it: its log lines name that request, and its span goes on with that trace. */
async function runJob(app: Machinery, job: Job, queued: unknown): Promise<void> {
  const { payload, cause } = takeCause(queued)
  const about = { name: `job ${job.name}`, attributes: { 'gatehouse.job.name': job.name }, cause }
  await inCause(app.tracing, about, () => runTold(app, job, payload))
}

async function runTold(app: Machinery, job: Job, payload: unknown): Promise<void> {
  const startedAt = performance.now()
  try {
    await job.run(payload)
  } catch (error) {
    app.log.warn({ err: error, job: job.name }, 'a job failed; it is tried again')
    throw new Error(`${job.name} failed`) // the queue stores the message: it gets none that might hold a value
  }
  app.log.info({ job: job.name, ms: Math.round(performance.now() - startedAt) }, 'job done')
}

/** The queue's own words. What concerns one job is told by us; what it prints of options or errors is left out. */
function quietly(app: Machinery): ConstructorParameters<typeof Logger>[0] {
  return (scope) => (level, message) => {
    const ownWords =
      scope.jobId === undefined && scope.taskIdentifier === undefined && !message.startsWith('Failed task')
    if (level === 'error' && ownWords) app.log.warn({ queue: message }, 'the job queue reports a fault')
    else if (level === 'warning') app.log.warn({ queue: message }, 'the job queue reports')
    else app.log.debug({ queue: message }, 'the job queue reports')
  }
}
