import type { Configuration, Grant, KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { consentedScopes } from '../../consents/index.ts'
import { personOf } from '../account.ts'
import { epochSeconds } from '../../../lib/clock.ts'
import { claimsAsked, isAgreed } from '../requested-claims.ts'
import { grantSeconds, type Lifetimes } from './lifetimes.ts'
import { mayHold } from './may-hold.ts'
import { scopes } from './claims.ts'

export { mayHold } from './may-hold.ts'

type LoadExistingGrant = NonNullable<Configuration['loadExistingGrant']>

/**
 * The grant of a session at a client: made once, so that tokens of an earlier tab stay bound to it, and widened by what
 * our own clients need or the person agreed to before. What it then lacks is what the consent page asks for.
 */
export function loadExistingGrant(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  current: () => Lifetimes,
): LoadExistingGrant {
  return async (ctx) => {
    const { client, account } = ctx.oidc
    if (!client || !account) return undefined
    const { scope: agreed, claims } = await agreedTo(app, ctx)
    const found = await foundGrant(ctx, client.clientId)
    const grant = found ?? newGrant(ctx, { accountId: account.accountId, clientId: client.clientId })
    const before = grantedBy(grant)
    grant.addOIDCScope(agreed)
    if (claims.length > 0) grant.addOIDCClaims(claims)
    const extended = extend(grant, epochSeconds(app.clock.now()), current())
    if (found && !extended && grantedBy(grant) === before) return grant
    grant.addResourceScope(app.config.issuer, agreed)
    await grant.save()
    return grant
  }
}

/** What it lets a client have, as one text. */
const grantedBy = (grant: Grant): string => [grant.getOIDCScope(), ...grant.getOIDCClaims()].join(' ')

/** A grant outlives every token that refers to it, also those of a session that was kept alive for long. */
function extend(grant: Grant, now: number, { refreshAbsolute }: Lifetimes): boolean {
  if (grant.exp === undefined || grant.exp - now >= refreshAbsolute) return false
  grant.exp = now + grantSeconds(refreshAbsolute)
  return true
}

async function foundGrant(ctx: KoaContextWithOIDC, clientId: string): Promise<Grant | undefined> {
  const known = ctx.oidc.session?.grantIdFor(clientId)
  const found = known === undefined ? undefined : await ctx.oidc.provider.Grant.find(known)
  if (!found) forgetClient(ctx, clientId)
  return found
}

/**
 * A grant that has ended took its `sid` with it for good (a replay, a revoked refresh token, a withdrawn consent): what the
 * session gets at this client now is something new, under a new name.
 */
function forgetClient({ oidc: { session } }: KoaContextWithOIDC, clientId: string): void {
  if (session?.authorizations) session.authorizations = without(session.authorizations, clientId)
}

const without = <Value>(all: Record<string, Value>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== name))

const newGrant = ({ oidc }: KoaContextWithOIDC, whose: { accountId: string; clientId: string }): Grant =>
  new oidc.provider.Grant(whose)

/** Of what is asked for: all for our own clients, for others what the person has agreed to. */
async function agreedTo(
  app: Pick<App, 'db'>,
  ctx: KoaContextWithOIDC,
): Promise<{ scope: string; claims: string[] }> {
  const { client, account } = ctx.oidc
  if (!client || !account) return { scope: '', claims: [] }
  const asked = [...ctx.oidc.requestParamScopes].filter((scope) => isScope(scope) && mayHold(client, scope))
  const claims = claimsAsked(ctx)
  if (client.first_party === true) return { scope: asked.join(' '), claims }
  const agreed = new Set(await consentedScopes(app.db, personOf(account).userId, client.clientId))
  return {
    scope: asked.filter((scope) => agreed.has(scope)).join(' '),
    claims: claims.filter((claim) => isAgreed(agreed, claim)),
  }
}

export const isScope = (scope: string): boolean => (scopes as readonly string[]).includes(scope) // wider, to ask with any text
