import type { Context } from 'koa'

import type { App } from '../../platform/app.ts'

type Keys = Pick<App, 'config'>

const isHttps = ({ config }: Keys): boolean => config.issuer.startsWith('https:')

/** `__Host-`: no subdomain and no plain http can plant one (RFC 6265bis, section 4.1.3.2); browsers refuse it on http. */
const nameOf = (app: Keys): string => (isHttps(app) ? '__Host-gatehouse_device' : 'gatehouse_device')

const yearMs = 365 * 24 * 3600 * 1000

/** The value that a browser brings along; null when it has none. */
export const presentedDevice = (app: Keys, ctx: Context): string | null =>
  ctx.cookies.get(nameOf(app), { signed: false }) ?? null

/** Gives the browser its value, for a year from now. It is random enough to need no signature. */
export function keepDevice(app: Keys, ctx: Context, value: string): void {
  const secure = isHttps(app)
  ctx.cookies.set(nameOf(app), value, {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: yearMs,
    signed: false,
    overwrite: true,
  })
}
