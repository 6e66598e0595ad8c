import type { Context } from 'koa'
import { LRUCache } from 'lru-cache'

import type { App } from '../../platform/app.ts'
import { randomToken } from '../../platform/crypto/index.ts'
import type { Pending, Tokens } from './relying-party.ts'
import type { SampleApp } from './sample-apps.ts'

export interface Kept {
  /** In each form of the browser's pages. */
  csrf: string
}

/** What the demo knows of one browser. */
export interface Visit extends Kept {
  /** The sign-in that waits for its answer. */
  pending: Pending | null
  signedIn: SignedIn | null
}

export interface SignedIn {
  app: SampleApp
  clientId: string
  tokens: Tokens
  /** What the API answered last. */
  reply: { status: number; body: unknown } | null
  /** Text key of something to tell once. */
  notice: string | null
}

/** The demo's own browser session, apart from that of the provider: a random id in a cookie, everything else here. */
export interface Visits<Known extends Kept = Visit> {
  of(ctx: Context): Known | null
  /** Begins anew under another id and form token, so that an id somebody knew before is worth nothing (RFC 9700, 4.7.1). */
  begin(ctx: Context, known: Omit<Known, 'csrf'>): void
  /** Keeps what changed; nothing when the visit is over meanwhile. */
  update(ctx: Context, visit: Known): void
  end(ctx: Context): void
}

const mostVisits = 1_000
const lifetimeMs = 3_600_000

export function openVisits<Known extends Kept = Visit>(
  { config, clock }: Pick<App, 'config' | 'clock'>,
  page: 'demo' | 'go_dark' = 'demo',
): Visits<Known> {
  const visits = new LRUCache<string, Known>({
    max: mostVisits,
    ttl: lifetimeMs,
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
  })
  const https = config.issuer.startsWith('https:')
  const name = `${https ? '__Host-' : ''}gatehouse_${page}`
  const cookie = {
    httpOnly: true,
    sameSite: 'lax',
    secure: https,
    path: '/',
    signed: false,
    overwrite: true,
  } as const
  const idOf = (ctx: Context): string => ctx.cookies.get(name, { signed: false }) ?? ''

  return {
    of: (ctx) => visits.get(idOf(ctx)) ?? null,
    begin(ctx, known) {
      visits.delete(idOf(ctx))
      const id = randomToken()
      visits.set(id, { ...known, csrf: randomToken() } as Known) // Omit keeps TypeScript from seeing that this is all of it
      ctx.cookies.set(name, id, cookie)
    },
    update(ctx, visit) {
      const id = idOf(ctx)
      if (visits.has(id)) visits.set(id, visit)
    },
    end(ctx) {
      visits.delete(idOf(ctx))
      ctx.cookies.set(name, null, cookie)
    },
  }
}
