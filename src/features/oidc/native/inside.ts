import type { IncomingMessage } from 'node:http'
import type { Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'

import type { App, Origin } from '../../../platform/app.ts'
import type { Requests } from '../atomic-requests.ts'

/** Who proved, a moment ago and to us, who they are. */
export interface Login {
  subject: string
  /** From before the proof was looked at, so that what is ended meanwhile ends this too. */
  at: Date
  acr: string
  amr: readonly string[]
  /** The known device that the person signed in on. */
  deviceId: string
  /** The sign-in elsewhere that proved it, where one did. */
  connection: string | null
}

/** A request that this process makes of its own provider on behalf of one that has arrived. */
export interface Inside {
  origin: Origin
  /** What to issue for; taken out when it is used. Absent where a refresh token stands for the person. */
  handOff?: { login: Login; scope: string | undefined }
  /** What the application presents as its device, where it does so beside a refresh token. */
  device?: string
  /** Filled in by the provider's side: seconds the refresh token in the answer lives. */
  refreshSeconds?: number
}

/**
 * The requests from inside, by the object that is the request. It is never on a wire: what arrives over the network is
 * another object, whatever it says.
 */
export type Insides = WeakMap<IncomingMessage, Inside>

/**
 * First of the provider's middlewares: what arrives from outside goes through `outside`; what comes from inside belongs to
 * a request that did so already, whose id, address and log line it shares.
 */
export function arrivals(
  { clock }: Pick<App, 'clock'>,
  { insides, requests }: { insides: Insides; requests: Requests },
  outside: Middleware,
): Middleware {
  return async (ctx, next) => {
    const inside = insides.get(ctx.req)
    if (!inside) {
      await outside(ctx, next)
      return
    }
    ctx.state.origin = inside.origin
    await next()
    const served = ctx as KoaContextWithOIDC // the provider's own context
    if (ctx.status === 200) noteRefreshLife(clock.now(), inside, served, requests)
  }
}

/** One that is given out again has lived for a while: its end is the one it was first given out with. */
function noteRefreshLife(now: Date, inside: Inside, ctx: KoaContextWithOIDC, requests: Requests): void {
  const token = ctx.oidc.entities.RefreshToken
  const state = requests.get(ctx)
  if (!token || !state) return
  const since = state.unit.retry?.since ?? now
  const age = Math.ceil((now.getTime() - since.getTime()) / 1000)
  inside.refreshSeconds = Math.min(token.expiration, state.lifetimes.refreshIdle - age)
}
