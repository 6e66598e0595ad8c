import { setTimeout as sleep } from 'node:timers/promises'

import type { Random } from '../random.ts'
import { unreachable } from '../rig/balancer.ts'
import { count, type Tally } from '../tally.ts'
import type { Answer } from './http.ts'

/**
 * What an answer is to its client. `told`: a result or a refusal. `later`: 503 that says when to come back. `unknown`: none
 * came, so it may have been done or not. `wrong`: anything else.
 */
export type Meaning = 'told' | 'later' | 'unknown' | 'wrong'

export function meaningOf(answer: Answer): Meaning {
  if (answer.fault === 'late') return 'wrong' // somebody was left hanging
  if (answer.fault === 'cut' || (answer.status === 502 && answer.headers[unreachable] !== undefined))
    return 'unknown'
  if (answer.status === 503) return answer.headers['retry-after'] === undefined ? 'wrong' : 'later'
  return answer.status >= 500 ? 'wrong' : 'told'
}

/** Sees every answer of a fault's clients. */
export interface Watch {
  see(what: string, answer: Answer): Meaning
  /** Sends again, as software kits do, until there is an answer that tells something, or `forMs` have passed. */
  persist(what: string, send: () => Promise<Answer>, forMs?: number): Promise<Answer | null>
  /** When the last answer came that was none (performance.now). */
  lastTroubleAt(): number
  /** Milliseconds after which the last of those heard that it should come again. */
  slowestLaterMs(): number
}

/** Milliseconds an honest client goes on asking: longer than the longest outage here. */
const perseverance = 90_000

/**
 * `strict`: nothing may fail, not even once: a restart that nobody should notice. `unhurried`: who had to wait, or was asked to
 * come again, counts for nothing.
 */
export function openWatch(tally: Tally, random: Random, { strict = false, unhurried = false } = {}): Watch {
  let lastTroubleAt = -Infinity
  let slowestLaterMs = 0
  const see = (what: string, answer: Answer): Meaning => {
    const meaning = meaningOf(answer)
    if (meaning === 'told') return meaning
    lastTroubleAt = performance.now()
    if (meaning === 'later') {
      tally.shed++
      slowestLaterMs = Math.max(slowestLaterMs, Math.round(answer.milliseconds))
    }
    const slow = answer.fault === 'late' || meaning === 'later'
    if ((meaning === 'wrong' || strict) && !(slow && unhurried))
      count(tally, 'errors', `${what}: ${answer.fault ?? answer.status} ${answer.text.slice(0, 150)}`)
    return meaning
  }
  return {
    see,
    async persist(what, send, forMs = perseverance) {
      const end = performance.now() + forMs
      for (;;) {
        const answer = await send()
        if (see(what, answer) === 'told') return answer
        if (performance.now() > end) return null
        await sleep(random.between(100, 500))
      }
    },
    lastTroubleAt: () => lastTroubleAt,
    slowestLaterMs: () => slowestLaterMs,
  }
}
