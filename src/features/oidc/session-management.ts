import type { Context, Middleware } from 'koa'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { mac, randomMark, sha256Hex } from '../../platform/crypto/index.ts'
import { allowFraming } from '../../platform/http/index.ts'
import { present } from '../presentation/index.ts'
import type { WithSettings } from '../settings/index.ts'

type Keys = Pick<App, 'config'>
type Session = NonNullable<KoaContextWithOIDC['oidc']['session']>

/** The page that clients frame to learn whether a session is still what it was. */
export const checkSessionPath = '/session/check'

/**
 * The one cookie of ours that scripts may read: our page in a client's frame compares it with what the client was told. It holds
 * nothing that opens anything. Browsers send it along in foreign frames only with SameSite=None, which wants https.
 */
export const browserStateCookie = ({ config }: Keys): string =>
  isHttps({ config }) ? '__Host-gatehouse_browser_state' : 'gatehouse_browser_state'

const isHttps = ({ config }: Keys): boolean => config.issuer.startsWith('https:')

function attributes(app: Keys) {
  const always = { httpOnly: false, signed: false, path: '/', overwrite: true } as const
  if (isHttps(app)) return { ...always, secure: true, sameSite: 'none' } as const
  return { ...always, secure: false, sameSite: 'lax' } as const
}

/** Another one for every session and every sign-in in it; nobody without our key knows one from another. */
function browserState({ config }: Keys, { uid, loginTs = 0 }: Session): string {
  const [key] = config.cookieKeys.reveal()
  if (!key) throw new Error('there is no key for cookies')
  return mac(key, 'browser-state', `${uid} ${loginTs}`).toString('base64url')
}

/**
 * `session_state` as our page in the frame computes it (OpenID Connect Session Management 1.0, section 3): bound to the client
 * and the origin that asks, salted, so that no two clients can compare theirs.
 */
export function sessionState(
  about: { clientId: string; origin: string; state: string },
  salt: string,
): string {
  return `${sha256Hex(`${about.clientId} ${about.origin} ${about.state} ${salt}`)}.${salt}`
}

/** Adds `session_state` to answers of the authorization endpoint and keeps the cookie in step with the session. */
export function manageSessions(provider: Provider, app: Keys): void {
  provider.on('authorization.success', (ctx, answer = {}) => {
    const { session, client, params } = ctx.oidc
    if (session?.accountId === undefined || !client) return
    const state = browserState(app, session)
    const name = browserStateCookie(app)
    if (ctx.cookies.get(name, { signed: false }) !== state) ctx.cookies.set(name, state, attributes(app))
    const { origin = 'null' } = URL.parse(String(params?.redirect_uri)) ?? {}
    if (origin === 'null') return // an application on a device has no page to frame ours
    Object.assign(answer, {
      session_state: sessionState({ clientId: client.clientId, origin, state }, randomMark()),
    })
  })
  provider.on('end_session.success', (ctx) => {
    if (ctx.oidc.params?.logout) ctx.cookies.set(browserStateCookie(app), null, attributes(app))
  })
}

/**
 * Serves the page for frames: the only one that any site may frame. It shows nothing and takes no click; what its script tells
 * is one word (section 3.2).
 */
export function checkSessionPage(app: Pick<App, 'views'> & WithSettings): Middleware {
  return async (ctx: Context, next) => {
    if (ctx.path !== checkSessionPath || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) {
      await next()
      return
    }
    ctx.state.route = checkSessionPath
    ctx.body = await app.views.render('oidc/check-session', { ...(await present(app, ctx)), locals: {} })
    ctx.type = 'html'
    allowFraming(ctx)
  }
}
