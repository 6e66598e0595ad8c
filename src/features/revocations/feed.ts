import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import * as revocations from './repository.ts'
import type { RevocationRecord } from './repository.ts'
import { topic } from './revoke.ts'

/** What of an access token decides whether it was revoked. */
export interface TokenFacts {
  jti: string
  sid: string | null
  subject: string
  clientId: string
  issuedAt: Date
}

export interface RevocationFeed {
  /** @throws the database's error when neither memory nor Postgres can tell: the caller must refuse. */
  isRevoked(token: TokenFacts): Promise<boolean>
  /** Whether memory is known to hold everything that was committed a second ago. */
  fresh(): boolean
  close(): void
}

export interface WithRevocations {
  revocations: RevocationFeed
}

/** Milliseconds after which memory is not trusted (decision: a revocation takes effect everywhere within a second). */
const trustedFor = 1_000
const tickMs = 250

const Message = z
  .array(
    z.object({ kind: z.string(), key: z.string(), revokedAt: z.coerce.date(), expiresAt: z.coerce.date() }),
  )
  .nullable()

/** Opens the feed and reads what is in force. Memory holds a row until the last token it concerns has expired. */
export async function openRevocationFeed(
  app: Pick<App, 'db' | 'bus' | 'clock' | 'log' | 'metrics'>,
): Promise<RevocationFeed> {
  const known = new Map<string, RevocationRecord>()
  let horizon = '0'
  let pulling: Promise<void> | null = null
  let pulledAt = -Infinity
  let gap = true
  let gaps = 0

  /** What was in force before this process began says nothing about how soon it hears. */
  function learn(record: RevocationRecord): void {
    const news = remember(known, record)
    const now = app.clock.now().getTime()
    if (news && pulledAt > 0) app.metrics.timeToDark((now - record.revokedAt.getTime()) / 1000)
  }

  async function pull(): Promise<void> {
    gap = false
    const began = gaps
    const startedAt = performance.now()
    try {
      const next = await revocations.since(app.db, horizon, app.clock.now())
      for (const record of next.records) learn(record)
      if (began === gaps) horizon = next.horizon
      pulledAt = startedAt
    } catch (error) {
      gap = true
      app.log.warn({ err: error }, 'revocations could not be read; tokens are checked against the database')
    } finally {
      pulling = null
    }
  }

  app.bus.on(topic, (message) => {
    const parsed = Message.safeParse(message)
    if (parsed.success && parsed.data) for (const record of parsed.data) learn(record)
    else gap = true
  })
  app.bus.onGap(() => {
    gap = true
    gaps++
    horizon = '0' // another server may have taken over, which counts transactions differently
  })
  await pull()

  let ticks = 0
  const timer = setInterval(() => {
    if (gap || app.bus.staleFor() > trustedFor) pulling ??= pull()
    if (++ticks % 240 === 0) forget(known, app.clock.now())
  }, tickMs)
  timer.unref()

  const fresh = () => {
    const now = performance.now()
    return (!gap && pulling === null && app.bus.staleFor() <= trustedFor) || now - pulledAt <= trustedFor
  }
  return {
    fresh,
    close: () => {
      clearInterval(timer)
    },
    isRevoked: async (token) => {
      const asked = keysOf(token)
      if (fresh()) return asked.some((one) => voids(known.get(mapKey(one)), token))
      const found = await revocations.findAny(app.db, asked, app.clock.now())
      return found.some((record) => voids(record, token))
    },
  }
}

const mapKey = ({ kind, key }: { kind: string; key: string }): string => `${kind} ${key}`

function keysOf({ jti, sid, subject, clientId }: TokenFacts): { kind: string; key: string }[] {
  const keys = [
    { kind: 'jti', key: jti },
    { kind: 'subject', key: subject },
    { kind: 'client', key: clientId },
  ]
  return sid === null ? keys : [...keys, { kind: 'sid', key: sid }]
}

/** A session or token ends for good; a person or client may come back, so only what was issued until then is void. */
function voids(record: RevocationRecord | undefined, token: TokenFacts): boolean {
  if (!record) return false
  if (record.kind === 'sid' || record.kind === 'jti') return true
  return token.issuedAt <= record.revokedAt
}

/** Of two revocations of one key the later one counts: it voids all that the earlier one does. False: nothing new. */
function remember(known: Map<string, RevocationRecord>, record: RevocationRecord): boolean {
  const before = known.get(mapKey(record))
  if (before && before.revokedAt >= record.revokedAt) return false
  known.set(mapKey(record), record)
  return true
}

function forget(known: Map<string, RevocationRecord>, now: Date): void {
  for (const [key, record] of known) if (record.expiresAt <= now) known.delete(key)
}
