import type { Context } from 'koa'

import type { App } from '../../../platform/app.ts'
import { randomToken, sha256 } from '../../../platform/crypto/index.ts'

type Keys = Pick<App, 'config'>

const isHttps = ({ config }: Keys): boolean => config.issuer.startsWith('https:')

/** `__Host-`: no subdomain and no plain http can plant one (RFC 6265bis, section 4.1.3.2); browsers refuse it on http. */
const nameOf = (app: Keys): string => (isHttps(app) ? '__Host-gatehouse_upstream' : 'gatehouse_upstream')

const hourMs = 3600 * 1000

const wellFormed = /^[\w-]{43}$/

/** The secret of this browser that its requests to providers are bound to; null when it has none. */
export function browserSecret(app: Keys, ctx: Context): string | null {
  const value = ctx.cookies.get(nameOf(app), { signed: false }) ?? ''
  return wellFormed.test(value) ? value : null
}

/**
 * The same, made where there is none; several requests of one browser share it. Lax: the answer comes from another site, by
 * a navigation.
 */
export function keepBrowserSecret(app: Keys, ctx: Context): string {
  const value = browserSecret(app, ctx) ?? randomToken()
  ctx.cookies.set(nameOf(app), value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(app),
    path: '/',
    maxAge: hourMs,
    signed: false,
    overwrite: true,
  })
  return value
}

/** This browser, as its requests know it; one without a secret is nobody's. */
export const browserOf = (app: Keys, ctx: Context): { browserHash: Buffer } => ({
  browserHash: sha256(browserSecret(app, ctx) ?? ''),
})
