import type { Context } from 'koa'

import type { App } from '../../../platform/app.ts'
import { constantTimeEqual, randomToken, sha256 } from '../../../platform/crypto/index.ts'

type Keys = Pick<App, 'config'>

const isHttps = ({ config }: Keys): boolean => config.issuer.startsWith('https:')

/** `__Host-`: no subdomain and no plain http can plant one (RFC 6265bis, section 4.1.3.2); browsers refuse it on http. */
const nameOf = (app: Keys): string => (isHttps(app) ? '__Host-gatehouse_by_mail' : 'gatehouse_by_mail')

/** As a sign-in (attempt.ts). */
const hourMs = 3600 * 1000

/** Sign-ins of one browser that may wait at the same time, each in a tab; the oldest goes for the next. */
const mostWaiting = 5

const shape = /^[\w-]{43}(\.[\w-]{10,100}){1,5}$/

interface Marked {
  secret: string
  /** The interactions that wait in this browser, newest first. */
  uids: string[]
}

function marked(app: Keys, ctx: Context): Marked | null {
  const value = ctx.cookies.get(nameOf(app), { signed: false }) ?? ''
  const [secret = '', ...uids] = value.split('.')
  return shape.test(value) ? { secret, uids } : null
}

/**
 * Who asked for a letter and may use what it holds, as it is stored: a browser by its secret, in one sign-in. Gives it the
 * secret where it has none. Lax: the link is opened from another site.
 */
export function holdInBrowser(app: Keys, ctx: Context, uid: string): Buffer {
  const { secret, uids } = marked(app, ctx) ?? { secret: randomToken(), uids: [] }
  const waiting = [uid, ...uids.filter((one) => one !== uid)].slice(0, mostWaiting)
  ctx.cookies.set(nameOf(app), [secret, ...waiting].join('.'), {
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(app),
    path: '/',
    maxAge: hourMs,
    signed: false,
    overwrite: true,
  })
  return browserHash(secret, uid)
}

/** The same for a browser that comes back; one without a secret is nobody's. */
export const holderIn = (app: Keys, ctx: Context, uid: string): Buffer =>
  browserHash(marked(app, ctx)?.secret ?? '', uid)

/** In which sign-in of this browser something waits; null: in another browser, or in none. */
export function waitingIn(app: Keys, ctx: Context, holderHash: Buffer): string | null {
  const { secret, uids } = marked(app, ctx) ?? { secret: '', uids: [] }
  return uids.find((uid) => constantTimeEqual(browserHash(secret, uid), holderHash)) ?? null
}

const browserHash = (secret: string, uid: string): Buffer => sha256(`browser ${secret} ${uid}`)

/** An application of ours holds a handle instead. */
export function holdInApplication(): { handle: string; holderHash: Buffer } {
  const handle = randomToken()
  return { handle, holderHash: holderOfHandle(handle) }
}

export const holderOfHandle = (handle: string): Buffer => sha256(`handle ${handle}`)
