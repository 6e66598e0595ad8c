import type { Knex } from 'knex'

import type { Clock } from '../lib/clock.ts'
import type { Bus } from './bus.ts'
import type { Config } from './config/index.ts'
import type { Dns } from './dns.ts'
import type { Limits } from './limits/index.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Outbound } from './outbound/index.ts'
import type { Cache } from './redis.ts'
import type { Sms } from './sms/index.ts'
import type { Tracing } from './telemetry/index.ts'
import type { Views } from './views/index.ts'

/** A connection pool or a transaction: repositories accept either, so the caller decides what is atomic. */
export type Db = Knex

/**
 * The machinery of one process, built once in src/app.ts. Functions ask for the part they use with Pick; a feature that
 * keeps something in memory (settings, keys, revocations) declares it as a part of its own, and src/app.ts adds it.
 */
export interface App {
  config: Config
  db: Knex
  clock: Clock
  log: Log
  bus: Bus
  /** Null without REDIS_URL. Holds only what may vanish at any moment. */
  cache: Cache | null
  /** What others publish about their domains. */
  dns: Dns
  limits: Limits
  metrics: Metrics
  outbound: Outbound
  sms: Sms
  /** Null where nobody is told of traces. */
  tracing: Tracing | null
  views: Views
}

/** Where a request came from; stands in every audit record. */
export interface Origin {
  requestId: string
  ip: string
  userAgent: string
}

/** On whose behalf something happens: a person, a client, the service itself, or someone who has proven nothing yet. */
export interface By {
  actor: { type: 'user' | 'client' | 'system' | 'anonymous'; id: string | null }
  origin: Origin | null
  /** The user in whose name `actor` acts, by a token that says so (RFC 8693, section 1.1); absent where they act themselves. */
  onBehalfOf?: string | undefined
}

/** A person or client that presented a live access token. */
export interface Caller extends By {
  /** `nobody` where a client calls for itself. */
  userId: string
  /** The token's `sid`: one browser session at one client; empty where a client calls for itself. */
  sessionId: string
  /** A client that acts for itself (client credentials): there is no person, and nothing that is a person's own is open to it. */
  serviceAccount?: true
  clientId: string
  /**
   * One of our own applications, which the person signed in to; anybody else's, and whoever exchanged a token, gets what its
   * scopes say and may do nothing in the person's name here.
   */
  firstParty: boolean
  scopes: ReadonlySet<string>
  /** When the person (`auth_time`) or the client last proved who they are; null where the token does not say. */
  authenticatedAt: Date | null
  /** How well they proved it (`acr`); null where the token does not say. */
  acr: string | null
  /** The `acr` that they have yet to reach before they change what protects their account; null where they have. */
  missingAcr: string | null
  /** Read live from the assignments at each request, never from the token. */
  role: string
  permissions: ReadonlySet<string>
  /** What they could do besides, and the `acr` at which; null where they were recognised surely enough. */
  stepUp: { acr: string; permissions: ReadonlySet<string> } | null
}

/** The id of no user there is, nor ever will be (RFC 9562, section 5.9). */
export const nobody = '00000000-0000-0000-0000-000000000000'

export const bySystem: By = { actor: { type: 'system', id: null }, origin: null }
