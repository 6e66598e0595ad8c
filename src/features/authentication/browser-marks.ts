import type { Context } from 'koa'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { constantTimeEqual, mac } from '../../platform/crypto/index.ts'

type Keys = Pick<App, 'config' | 'clock'>

/** Seconds that both marks last: as long as the link of a verification, and as a sign-in. */
const makerSeconds = 24 * 3600
const onwardSeconds = 3600

/**
 * Remembers in this browser who made an account in it, or proved its password while it waited for its address. Whoever
 * opens the mailed link in the same browser is the same person, and keeps what they made.
 */
export function markMaker({ config, clock }: Keys, ctx: Context, userId: string): void {
  const [key] = config.cookieKeys.reveal()
  if (!key) throw new Error('the configuration holds no cookie key')
  const body = Buffer.from(`${userId} ${epochSeconds(clock.now()) + makerSeconds}`).toString('base64url')
  set(config, ctx, 'maker', `${body}.${markOf(key, body)}`, makerSeconds)
}

/** Whose account was made in this browser; null when none was, or it is no mark of ours. */
export function makerOf({ config, clock }: Keys, ctx: Context): string | null {
  const [body = '', mark = ''] = (get(config, ctx, 'maker') ?? '').slice(0, 500).split('.')
  const ours = config.cookieKeys.reveal().some((key) => constantTimeEqual(markOf(key, body), mark))
  if (!ours) return null
  const [userId = '', until] = Buffer.from(body, 'base64url').toString().split(' ')
  return Number(until) > epochSeconds(clock.now()) ? userId : null
}

const markOf = (key: Buffer, body: string): string => mac(key, 'maker', body).toString('base64url')

/** Remembers which sign-in waits in this browser while its person reads their mail. */
export function markOnward({ config }: Pick<App, 'config'>, ctx: Context, uid: string): void {
  set(config, ctx, 'onward', uid, onwardSeconds)
}

/** Where the person goes on to afterwards: the sign-in that waits in this browser, else null. */
export function onwardUrl({ config }: Pick<App, 'config'>, ctx: Context): string | null {
  const uid = get(config, ctx, 'onward') ?? ''
  return /^[\w-]{10,100}$/.test(uid) ? `/interaction/${uid}/login` : null
}

type Mark = 'maker' | 'onward'

/** Under https the prefix keeps other hosts of the domain from planting one (RFC 6265bis, section 4.1.3.2). */
const nameOf = ({ issuer }: App['config'], mark: Mark): string =>
  `${issuer.startsWith('https:') ? '__Host-' : ''}gatehouse_${mark}`

/** Lax: a link in a mail is opened from another site. */
function set(config: App['config'], ctx: Context, mark: Mark, value: string, seconds: number): void {
  ctx.cookies.set(nameOf(config, mark), value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: config.issuer.startsWith('https:'),
    path: '/',
    signed: false,
    overwrite: true,
    maxAge: seconds * 1000,
  })
}

const get = (config: App['config'], ctx: Context, mark: Mark): string | undefined =>
  ctx.cookies.get(nameOf(config, mark), { signed: false })
