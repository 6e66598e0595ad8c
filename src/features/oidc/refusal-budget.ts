import { LRUCache } from 'lru-cache'

import { atMost } from '../../lib/bounded.ts'
import type { App } from '../../platform/app.ts'

/** Refusals of one kind that are recorded one by one for each client in a minute, by each process. */
const perMinute = 100
const windowMs = 60_000

/** `last`: this one is recorded, and says that those after it are not until the minute is over. */
export type Allowance = 'yes' | 'last' | 'no'

/**
 * Bounds what strangers can write into the audit log: a client's id is no secret, so anyone can have requests refused in
 * its name. What is refused beyond the bound stands in the request log alone.
 */
export function refusalBudget({ clock }: Pick<App, 'clock'>): (kind: string) => Allowance {
  const spent = new LRUCache<string, { since: number; count: number }>({ ...atMost(10_000) })
  return (kind) => {
    const now = clock.now().getTime()
    const known = spent.get(kind)
    const current = known && now - known.since < windowMs ? known : { since: now, count: 0 }
    current.count++
    spent.set(kind, current)
    if (current.count < perMinute) return 'yes'
    return current.count === perMinute ? 'last' : 'no'
  }
}
