import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { demandsOf } from '../../clients/index.ts'
import { type Lifetimes, remaining } from '../configuration/lifetimes.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'
import { certificateOf, holderOf } from './holder.ts'
import { bindsTokens } from './refuse-unbound.ts'

type RefreshToken = NonNullable<KoaContextWithOIDC['oidc']['entities']['RefreshToken']>

interface Parts extends Pick<App, 'clock'> {
  lifetimes(): Lifetimes
  unit(): UnitOfWork | null
  /** Puts off the end of a refresh token's row, as long as it is there and unused. */
  prolong(unit: UnitOfWork, id: string, exp: number): void
}

/** A public client proves itself by the token's own binding alone: one that is not bound is replaced, whatever the client demands by now. */
const bindsByItself = (client: Client): boolean => client.clientAuthMethod !== 'none' && bindsTokens(client)

/**
 * Whether the refresh token of this request is replaced. One that only the holder of a key can use need not be (RFC 9700,
 * section 4.14.2), and must not under FAPI 2.0 (section 5.3.2.1, point 9): it stays, and each use puts off its end as
 * replacing it would.
 */
export function rotation(parts: Parts): (ctx: KoaContextWithOIDC) => Promise<boolean> {
  return async (ctx) => {
    const { client } = ctx.oidc
    const token = ctx.oidc.entities.RefreshToken
    const unit = parts.unit()
    if (!client || !token || !unit) throw new errors.InvalidGrant('nothing to refresh')
    const bound = token.jkt !== undefined || token['x5t#S256'] !== undefined || bindsByItself(client)
    if (!bound && demandsOf(client.profile).rotation) {
      if (client.clientAuthMethod === 'none') await bindSuccessor(ctx, client, token)
      return true
    }
    const now = epochSeconds(parts.clock.now())
    const { refreshIdle, refreshAbsolute } = parts.lifetimes()
    parts.prolong(unit, token.jti, now + remaining(refreshIdle, refreshAbsolute, now - (token.iiat ?? now)))
    return false
  }
}

/**
 * What a public client gets for a proof is bound to its key, also where it redeems a token of the time before it proved any
 * (RFC 9449, section 5; RFC 8705, section 4). The library copies the binding from the token that is replaced, of which nothing
 * else is read any more.
 */
async function bindSuccessor(ctx: KoaContextWithOIDC, client: Client, token: RefreshToken): Promise<void> {
  if (ctx.get('dpop') !== '') token.jkt = await holderOf(ctx)
  else if (client.tlsClientCertificateBoundAccessTokens === true) token['x5t#S256'] = certificateOf(ctx)
}
