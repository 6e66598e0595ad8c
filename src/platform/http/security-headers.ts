import type { Context, Middleware } from 'koa'

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' https: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
]

/**
 * Headers of every answer, errors included, set before the handler runs so that none can go out without (RFC 9700,
 * section 4.16; OWASP ASVS 5.0, 3.4). Nothing is cacheable unless its handler says so.
 */
export function securityHeaders(issuer: string): Middleware {
  const headers = headersOfEvery(issuer)
  return async (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value)
    await next()
  }
}

/** The headers themselves. */
export const headersOfEvery = (issuer: string): [name: string, value: string][] => [
  ['content-security-policy', [...policy, "form-action 'self'"].join('; ')],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=()'],
  ['cache-control', 'no-store'],
  ...(issuer.startsWith('https:')
    ? [['strict-transport-security', 'max-age=63072000; includeSubDomains'] satisfies [string, string]]
    : []),
]

/**
 * For pages inside a sign-in: their form ends, by redirects, at the client and wherever the client leads on to, and
 * browsers hold every hop against `form-action`. What the forms may hold is ours all the same: no script can change them.
 */
export function allowForeignFormTargets(ctx: Context): void {
  ctx.set('content-security-policy', withForeignForms)
}

const withForeignForms = policy.join('; ')

/** For the page that signs out at clients: it may frame these origins and nothing else. */
export function allowFrames(ctx: Context, origins: readonly string[]): void {
  const framed = [...policy, `frame-src ${origins.join(' ')}`]
  ctx.set('content-security-policy', framed.join('; '))
}

/** For the one page that every site may frame: it runs a script of ours and can do nothing else. */
export function allowFraming(ctx: Context): void {
  const framable = [
    "default-src 'none'",
    "script-src 'self'",
    'frame-ancestors *',
    "base-uri 'none'",
    "form-action 'none'",
  ]
  ctx.set('content-security-policy', framable.join('; '))
  ctx.set('cross-origin-resource-policy', 'cross-origin')
  ctx.remove('x-frame-options')
  ctx.remove('cross-origin-opener-policy')
}
