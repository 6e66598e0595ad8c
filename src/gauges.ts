import type { Gatehouse } from './app.ts'
import { showKeyAges } from './features/keys/index.ts'
import { outboxLag } from './features/outbox/index.ts'
import { countLiveSessions } from './features/sessions/index.ts'
import { poolUse, reachable } from './platform/db/index.ts'
import type { Gauge, Sample } from './platform/gauges.ts'

/** THE list of what is looked up when Prometheus asks: of this process, or of the database that all of them share. */
export const gauges = (app: Gatehouse): Gauge[] => [
  {
    name: 'gatehouse_database_up',
    help: 'Whether PostgreSQL answers this process: 1 or 0.',
    labels: [],
    read: async () => [{ value: (await reachable(app.db).catch(() => false)) ? 1 : 0 }],
  },
  {
    name: 'gatehouse_pool_connections',
    help: 'Database connections of this process in use and free, and requests that wait for one.',
    labels: ['state'],
    read: () => byState(poolUse(app.db)),
  },
  {
    name: 'gatehouse_hash_queue',
    help: 'Passwords this process is hashing, and requests that wait for their turn.',
    labels: ['state'],
    read: () => byState(app.passwords.load()),
  },
  {
    name: 'gatehouse_active_sessions',
    help: 'Browser sessions that were not ended. Exact up to 10,000, beyond that as PostgreSQL estimates. Of all processes.',
    labels: [],
    read: async () => [{ value: await countLiveSessions(app.db) }],
  },
  {
    name: 'gatehouse_key_age_seconds',
    help: 'Time that the key of each algorithm has been signing. Of all processes.',
    labels: ['algorithm'],
    read: async () =>
      (await showKeyAges(app)).map(({ algorithm, seconds }) => ({ labels: { algorithm }, value: seconds })),
  },
  {
    name: 'gatehouse_outbox_lag_seconds',
    help: 'Age of the oldest event that is not delivered; 0: all are. Of all processes.',
    labels: [],
    read: async () => [{ value: await outboxLag(app) }],
  },
]

const byState = (numbers: Record<string, number>): Sample[] =>
  Object.entries(numbers).map(([state, value]) => ({ labels: { state }, value }))
