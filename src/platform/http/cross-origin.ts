import type { Context, Middleware } from 'koa'

import type { Route } from './endpoint.ts'

declare module 'koa' {
  interface DefaultState {
    /** The client that calls, once it is known: by its access token, or by what its request says. */
    clientId?: string
  }
}

/** Which web origins clients registered. */
export interface Origins {
  /** Whether any client registered it: all that a preflight can be asked, since it names no client. */
  isRegistered(origin: string): Promise<boolean>
  isRegisteredFor(clientId: string, origin: string): Promise<boolean>
}

/** What a script may ask by and read, besides what every script may (Fetch standard, CORS-safelisted headers). */
const requestHeaders = 'authorization, content-type, dpop'
const responseHeaders = 'www-authenticate, retry-after, x-request-id, ratelimit, ratelimit-policy, dpop-nonce'

/** Seconds a browser may remember the answer to a preflight. */
const preflightSeconds = 600

/** Operations that applications call: for the others, such as probes, there is no CORS. */
export const mayBeShared = ({ access, namesClient }: Route): boolean =>
  access !== 'public' || namesClient === true

/**
 * Lets a script of another origin read the answer only where the very client that calls registered the origin (RFC 9700,
 * section 2.6). While it is not known who calls, as with a token that has expired, the answer is a refusal: that may be read
 * from any registered origin, so that an application can tell it from a broken network. Cookies play no part: there is no
 * `Access-Control-Allow-Credentials`.
 */
export function shareWithOrigins(origins: Origins): Middleware {
  return async (ctx, next) => {
    ctx.vary('Origin')
    const origin = ctx.get('origin')
    let refused = true
    try {
      await next()
      refused = ctx.status >= 400
    } finally {
      if (origin !== '' && (await mayRead(origins, ctx, { origin, refused }))) allow(ctx, origin)
    }
  }
}

async function mayRead(
  origins: Origins,
  { state }: Context,
  { origin, refused }: { origin: string; refused: boolean },
): Promise<boolean> {
  if (state.clientId !== undefined) return origins.isRegisteredFor(state.clientId, origin)
  return refused && (await origins.isRegistered(origin))
}

function allow(ctx: Context, origin: string): void {
  ctx.set('access-control-allow-origin', origin)
  ctx.set('access-control-expose-headers', responseHeaders)
}

/** Answers a preflight of one path (Fetch standard, CORS-preflight request). An origin that no client registered gets 403. */
export function answerPreflight(origins: Origins, methods: readonly string[]): Middleware {
  return async (ctx, next) => {
    const origin = ctx.get('origin')
    if (origin === '' || ctx.get('access-control-request-method') === '') {
      await next() // no preflight: what methods there are
      return
    }
    ctx.vary('Origin')
    if (!(await origins.isRegistered(origin))) {
      ctx.status = 403
      ctx.body = ''
      return
    }
    ctx.status = 204
    ctx.set('access-control-allow-origin', origin)
    ctx.set('access-control-allow-methods', methods.join(', '))
    ctx.set('access-control-allow-headers', requestHeaders)
    ctx.set('access-control-max-age', String(preflightSeconds))
  }
}
