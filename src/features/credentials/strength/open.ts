import { Worker } from 'node:worker_threads'

import type { Log } from '../../../platform/log.ts'
import { errors, retryAfterSeconds } from '../errors.ts'
import { openGate } from '../gate.ts'
import type { Answer, Question } from './messages.ts'

export interface Measured {
  /** One of the passwords everybody tries first. */
  common: boolean
  /** 0 to 4 (zxcvbn); null when it could not be told in time. */
  score: number | null
}

export interface Strength {
  /** @throws busy (503): too many at once, or the thread is not there yet. */
  measure(password: string, words: readonly string[]): Promise<Measured>
  /** Has the thread ready before the first question; after `loadMs` at most, come what may. */
  prepare(): Promise<void>
  close(): Promise<void>
}

const thread = new URL('./strength.worker.ts', import.meta.url)

/** Milliseconds a question waits for the thread to load; loading goes on, so that the next finds more of it done. */
const loadMs = 10_000

/** Milliseconds after which a thread that has not loaded hangs. */
const hangsMs = 120_000

/** Milliseconds of its own time that the thread gets for an estimate, and how often it is waited for where others have the cores. */
const measureMs = 1_000
const turns = 4

/** Megabytes: the dictionaries and an estimate need less; whoever needs more loses this thread and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256 }

/**
 * The thread starts with `prepare` or the first question, which waits about half a second for its dictionaries. It is stopped
 * when an estimate takes too much of its time, and started anew by the next question, as after a crash. Not so where it is slow
 * because the machine is busy: who starts it anew then makes the machine busier, and nobody is ever answered.
 */
export function openStrength(
  log: Log,
  options: { thread?: URL; measureMs?: number; loadMs?: number } = {},
): Strength {
  const gate = openGate({ slots: 1, queue: 64, deadlineMs: 5_000 })
  const estimateMs = options.measureMs ?? measureMs
  let current: { worker: Worker; loaded: Promise<true | null> } | null = null

  function start(): NonNullable<typeof current> {
    const worker = new Worker(options.thread ?? thread, { resourceLimits })
    worker.on('error', (error) => {
      log.warn({ err: error }, 'the thread that measures passwords died; the next question starts another')
    })
    const loaded = listen(worker, { ms: hangsMs }, (answer) => ('ready' in answer ? true : undefined))
    const started = { worker, loaded }
    worker.on('exit', () => {
      if (current === started) current = null
    })
    void loaded.then(async (ready) => {
      if (!ready) await worker.terminate()
    })
    return started
  }

  /** Null where it has not loaded in time. */
  async function started(): Promise<Worker | null> {
    current ??= start()
    const { worker, loaded } = current
    return (await within(loaded, options.loadMs ?? loadMs)) ? worker : null
  }

  async function measureNow(question: Question): Promise<Measured> {
    const worker = await started()
    if (!worker) throw errors.busy({ retryAfterSeconds })
    const heard: boolean[] = []
    const again = await starving(worker, estimateMs)
    worker.postMessage(question)
    const score = await listen(worker, { ms: estimateMs, again }, (answer) => {
      if ('common' in answer) heard.push(answer.common)
      return 'score' in answer ? answer.score : undefined
    })
    if (score === null) await worker.terminate()
    const [common] = heard
    if (common === undefined) throw errors.busy({ retryAfterSeconds })
    return { common, score }
  }

  return {
    measure: (password, words) => gate.pass(() => measureNow({ password, words })),
    async prepare() {
      await started()
    },
    async close() {
      await current?.worker.terminate()
    },
  }
}

/** What comes within so many milliseconds; null when nothing does. */
async function within<Result>(coming: Promise<Result>, ms: number): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, ms, null)))
  const result = await Promise.race([coming, late])
  clearTimeout(timer)
  return result
}

/** Asked later: whether the thread has had less than so much of a core since, and is worth waiting for once more. */
async function starving(worker: Worker, ms: number): Promise<() => Promise<boolean>> {
  const used = async () => {
    if (!('cpuUsage' in worker)) return null // Node before 24.6
    return worker.cpuUsage().then(
      ({ user, system }) => (user + system) / 1000,
      () => null, // it is dead
    )
  }
  const before = await used()
  let turn = 1
  return async () => {
    const now = await used()
    return before !== null && now !== null && now - before < ms * 0.9 && ++turn <= turns
  }
}

/**
 * The first answer that `read` takes for one; null when the thread dies or the time is up, and `again`, where it is given,
 * does not say that it is worth waiting as long again.
 */
function listen<Result>(
  worker: Worker,
  { ms, again = async () => false }: { ms: number; again?: () => Promise<boolean> },
  read: (answer: Answer) => Result | undefined,
): Promise<Result | null> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout
    const finish = (result: Result | null): void => {
      clearTimeout(timer)
      worker.off('message', hear).off('exit', die)
      worker.unref() // an idle thread must not keep a command line from ending
      resolve(result)
    }
    const hear = (answer: Answer): void => {
      const result = read(answer)
      if (result !== undefined) finish(result)
    }
    const die = (): void => {
      finish(null)
    }
    const wait = (): void => {
      timer = setTimeout(() => {
        void again().then((more) => {
          if (more) wait()
          else die()
        })
      }, ms)
    }
    worker.ref()
    worker.on('message', hear).on('exit', die)
    wait()
  })
}
