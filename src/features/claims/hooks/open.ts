import { LRUCache } from 'lru-cache'

import type { App } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import { callHook, type Question } from './call-hook.ts'
import type { Hook } from './hook.ts'

type Machinery = Pick<App, 'config' | 'clock' | 'log' | 'outbound'>

/** Asks a hook for a request of ours. @throws claims_unavailable (503): it failed, and is not to be done without. */
export type AskHook = (request: object, hook: Hook, question: Question) => Promise<Record<string, unknown>>

interface Answer {
  claims: Record<string, unknown>
  /** Milliseconds since 1970. */
  until: number
}

/** Answers are bounded by number and by characters, so that many people cannot fill the memory. */
const bounds = { max: 10_000, maxSize: 16 * 1024 * 1024 }

/**
 * Asks services of operators, with answers kept for as long as each hook says: about the same person, client, scopes and token
 * only. Who asks the same at the same time waits for one call. One request of ours waits for one hook no longer than its
 * timeout, however many tokens it issues.
 */
export function openHooks(app: Machinery): AskHook {
  const known = new LRUCache<string, Answer>({
    ...bounds,
    sizeCalculation: ({ claims }, key) => key.length + JSON.stringify(claims).length,
  })
  const calling = new Map<string, Promise<Record<string, unknown>>>()
  const deadlineOf = openDeadlines()
  const tellFailure = openFailureLog(app)

  function answerOf(hook: Hook, question: Question): Promise<Record<string, unknown>> {
    const key = keyOf(hook, question)
    const answer = known.get(key)
    if (answer && answer.until > app.clock.now().getTime()) return Promise.resolve(answer.claims)
    const underWay = calling.get(key)
    if (underWay) return underWay
    const call = callHook(app, hook, question)
      .then((claims) => {
        const until = app.clock.now().getTime() + hook.cacheSeconds * 1000
        if (hook.cacheSeconds > 0) known.set(key, { claims, until })
        return claims
      })
      .finally(() => calling.delete(key))
    calling.set(key, call)
    return call
  }

  return async (request, hook, question) => {
    try {
      return await before(deadlineOf(request, hook), answerOf(hook, question))
    } catch (error) {
      tellFailure(hook, question, error)
      if (hook.onFailure === 'open') return {}
      throw errors.claims_unavailable({ cause: error, retryAfterSeconds: 1 })
    }
  }
}

const keyOf = ({ id }: Hook, { subject, clientId, scopes, token }: Question): string =>
  JSON.stringify([id, subject, clientId, [...scopes].sort(), token])

/** The time that a request of ours has for a hook runs from the first question on. */
function openDeadlines(): (request: object, hook: Hook) => AbortSignal {
  const all = new WeakMap<object, Map<string, AbortSignal>>()
  return (request, { id, timeoutMs }) => {
    const ofRequest = all.get(request) ?? new Map<string, AbortSignal>()
    const deadline = ofRequest.get(id) ?? AbortSignal.timeout(timeoutMs)
    all.set(request, ofRequest.set(id, deadline))
    return deadline
  }
}

async function before<Result>(deadline: AbortSignal, work: Promise<Result>): Promise<Result> {
  let giveUp = (): void => undefined
  const late = new Promise<never>((_resolve, reject) => {
    giveUp = () => {
      reject(new Error('it did not answer in time'))
    }
    deadline.addEventListener('abort', giveUp)
    if (deadline.aborted) giveUp()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    deadline.removeEventListener('abort', giveUp)
  }
}

/** Milliseconds between two lines about one hook. */
const quietMs = 60_000

/** Says that a hook fails once a minute, with how often it did since. */
function openFailureLog({ clock, log }: Pick<App, 'clock' | 'log'>) {
  const told = new Map<string, { at: number; since: number }>()
  return (hook: Hook, { clientId, token }: Question, error: unknown): void => {
    const now = clock.now().getTime()
    const last = told.get(hook.id)
    if (last && now - last.at < quietMs) {
      last.since++
      return
    }
    told.set(hook.id, { at: now, since: 0 })
    const { id: hookId, onFailure } = hook
    log.warn(
      { err: error, hookId, onFailure, clientId, token, unsaid: last?.since ?? 0 },
      'a claims hook failed',
    )
  }
}
