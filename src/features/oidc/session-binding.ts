import type { Context } from 'koa'
import { type KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { randomToken, sha256 } from '../../platform/crypto/index.ts'
import { keepDevice, presentedDevice } from '../devices/index.ts'

/** What a browser session keeps of the device it began on. */
interface Bound {
  /** SHA-256 of the device's value; absent in sessions of the release before, which go on until they end. */
  device?: unknown
}

type Session = InstanceType<Provider['Session']> & Bound

/** What of the library's class its types leave out. */
interface Sessions {
  IN_PAYLOAD: readonly string[]
  get(ctx: KoaContextWithOIDC): Promise<Session>
  instantiate(payload: object): Session
  prototype: { loginAccount(this: Session, details: object): void }
}

type Keys = Pick<App, 'config'>

/** What a browser presents beside the cookie of a session: the session's own device, another one, or none. */
export type Presented = 'own' | 'other' | 'none'

/** Says what was presented; asks no database. */
export function presentedWith(app: Keys, ctx: Context, { device }: Session): Presented {
  const presented = presentedDevice(app, ctx)
  if (device === undefined || (presented !== null && device === bindingOf(presented))) return 'own'
  return presented === null ? 'none' : 'other'
}

const bindingOf = (value: string): string => sha256(value).toString('base64url')

/**
 * Binds the library's sessions to the device cookie of the browser that signs in, and lets them be found by that browser alone:
 * whoever holds nothing but a copy of the session's cookie is in no session. Every path of the library that goes by the cookie
 * asks here. `refuse` writes down that one was refused.
 */
export function bindSessions(
  provider: Provider,
  app: Keys,
  refuse: (ctx: KoaContextWithOIDC, session: Session, presented: 'other' | 'none') => Promise<void>,
): void {
  const sessions = provider.Session as unknown as Sessions // see Sessions
  const stored = sessions.IN_PAYLOAD
  Object.defineProperty(sessions, 'IN_PAYLOAD', { get: () => [...stored, 'device'] })
  const { get } = sessions
  const { loginAccount } = sessions.prototype
  sessions.prototype.loginAccount = function (details) {
    loginAccount.call(this, details)
    const { ctx } = Provider
    if (!ctx) throw new Error('somebody signed in outside of a request')
    this.device = bindingOf(presentedDevice(app, ctx) ?? giveDevice(app, ctx))
  }
  sessions.get = async function (ctx) {
    const session = await get.call(this, ctx)
    const presented = presentedWith(app, ctx, session)
    if (presented === 'own') return session
    if (presented === 'other' && (await isOfThisSignIn(provider, ctx, session)))
      return rebind(app, ctx, session)
    await refuse(ctx, session, presented)
    const nobody = this.instantiate({}) // takes the place of the copied cookie, so that the browser can sign in
    ctx.oidc.entity('Session', nobody)
    return nobody
  }
}

/** The answer that brought a value was lost, as when a form was sent twice. */
function giveDevice(app: Keys, ctx: Context): string {
  const value = randomToken()
  keepDevice(app, ctx, value)
  return value
}

/**
 * Whether a sign-in that was completed in this browser leads here: at its end a device that was forgotten has got a new value,
 * and so has that of another tab which signed in at the same moment.
 */
async function isOfThisSignIn(
  provider: Provider,
  ctx: KoaContextWithOIDC,
  session: Session,
): Promise<boolean> {
  if (!resuming.has(ctx.oidc.route)) return false
  const id = ctx.cookies.get(provider.cookieName('resume'), { signed: true })
  const interaction = id === undefined ? undefined : await provider.Interaction.find(id)
  const accountId = interaction?.result?.login?.accountId
  if (accountId === undefined) return false
  return accountId === session.accountId || interaction?.session?.uid === session.uid
}

/** Where a sign-in leads back to: for a browser, and for a device. */
const resuming = new Set(['resume', 'device_resume'])

function rebind(app: Keys, ctx: Context, session: Session): Session {
  const presented = presentedDevice(app, ctx)
  if (presented !== null) session.device = bindingOf(presented)
  return session
}
