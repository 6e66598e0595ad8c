import { LRUCache } from 'lru-cache'

import { atMost } from './lib/bounded.ts'
import { record } from './features/audit/index.ts'
import type { App } from './platform/app.ts'
import type { Witnessed } from './platform/http/index.ts'
import { networkOf } from './platform/limits/index.ts'

/** Milliseconds in which refusals of one kind to one network or person are one record: a flood must not become a flood of writes. */
const onceInMs = 60_000

const actions = {
  read: { action: 'access.read', outcome: 'success' },
  denied: { action: 'access.denied', outcome: 'denied' },
  throttled: { action: 'access.throttled', outcome: 'denied' },
} as const

/** Writes down who looked at other people's data, who was refused, and who came too often (OWASP ASVS 5.0, 16.3). */
export function witnessing(app: Pick<App, 'db' | 'clock'>): (seen: Witnessed) => Promise<void> {
  const told = new LRUCache<string, true>({ ...atMost(10_000), ttl: onceInMs })

  /** Whether this was written down a moment ago. What was read is always written down. */
  function isKnown({ kind, by, operation }: Witnessed): boolean {
    if (kind === 'read') return false
    const who = kind === 'denied' ? by.actor.id : networkOf(by.origin?.ip ?? '')
    const repeated = `${kind} ${operation} ${who}`
    const known = told.has(repeated)
    told.set(repeated, true)
    return known
  }

  return async (seen) => {
    if (isKnown(seen)) return
    await record(app.db, app.clock.now(), seen.by, {
      ...actions[seen.kind],
      target: { type: 'operation', id: seen.operation },
      ...(seen.target !== null && { details: { id: seen.target.slice(0, 200) } }),
    })
  }
}
