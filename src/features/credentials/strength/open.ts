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
  /** @throws busy (503): too many at once, or the thread cannot be started. */
  measure(password: string, words: readonly string[]): Promise<Measured>
  close(): Promise<void>
}

const thread = new URL('./strength.worker.ts', import.meta.url)
const loadMs = 10_000
const measureMs = 1_000

/** Megabytes: the dictionaries and an estimate need less; whoever needs more loses this thread and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256 }

/**
 * The thread starts with the first question, which waits about half a second for its dictionaries. It is stopped when an
 * estimate takes too long and started anew by the next question, as after a crash.
 */
export function openStrength(log: Log, options: { thread?: URL; measureMs?: number } = {}): Strength {
  const gate = openGate({ slots: 1, queue: 64, deadlineMs: 5_000 })
  let current: Worker | null = null

  function start(): Worker {
    const worker = new Worker(options.thread ?? thread, { resourceLimits })
    worker.on('error', (error) => {
      log.warn({ err: error }, 'the thread that measures passwords died; the next question starts another')
    })
    worker.on('exit', () => {
      if (current === worker) current = null
    })
    return worker
  }

  async function started(): Promise<Worker> {
    if (current) return current
    const worker = start()
    const loaded = await listen(worker, loadMs, (answer) => ('ready' in answer ? true : undefined))
    if (!loaded) {
      await worker.terminate()
      throw errors.busy({ retryAfterSeconds })
    }
    current = worker
    return worker
  }

  async function measureNow(question: Question): Promise<Measured> {
    const worker = await started()
    const heard: boolean[] = []
    worker.postMessage(question)
    const score = await listen(worker, options.measureMs ?? measureMs, (answer) => {
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
    async close() {
      await current?.terminate()
    },
  }
}

/** The first answer that `read` takes for one; null when the thread dies or the time is up. */
function listen<Result>(
  worker: Worker,
  ms: number,
  read: (answer: Answer) => Result | undefined,
): Promise<Result | null> {
  return new Promise((resolve) => {
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
    const timer = setTimeout(die, ms)
    worker.ref()
    worker.on('message', hear).on('exit', die)
  })
}
