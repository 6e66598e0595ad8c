import type { Configuration, Grant, KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { consentNameOf } from '../../apis/index.ts'
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
    const agreed = await agreedScopes(app, ctx)
    const found = await foundGrant(ctx, client.clientId)
    const grant = found ?? newGrant(ctx, { accountId: account.accountId, clientId: client.clientId })
    const before = contentOf(grant)
    addAgreed(grant, agreed, app.config.issuer)
    const extended = extend(grant, epochSeconds(app.clock.now()), current())
    if (found && !extended && contentOf(grant) === before) return grant
    await grant.save()
    return grant
  }
}

/** What a grant lets its client have, as text to compare. */
const contentOf = ({ openid, resources }: Grant): string => JSON.stringify([openid, resources])

/** What a person lets a client have of what it asks for. */
interface Agreed {
  /** Scopes about the person. */
  identity: string[]
  /** Claims asked for by themselves. */
  claims: string[]
  /** Scopes of registered APIs, by identifier. */
  apis: Map<string, string[]>
}

function addAgreed(grant: Grant, { identity, claims, apis }: Agreed, issuer: string): void {
  if (claims.length > 0) grant.addOIDCClaims(claims)
  if (identity.length > 0) {
    grant.addOIDCScope(identity)
    grant.addResourceScope(issuer, identity)
  }
  for (const [identifier, scopes] of apis) if (scopes.length > 0) grant.addResourceScope(identifier, scopes)
}

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
async function agreedScopes(app: Pick<App, 'config' | 'db'>, ctx: KoaContextWithOIDC): Promise<Agreed> {
  const { client, account, requestParamScopes, resourceServers = {} } = ctx.oidc
  if (!client || !account) return { identity: [], claims: [], apis: new Map() }
  const asked = [...requestParamScopes]
  const agreed =
    client.first_party === true
      ? null
      : new Set(await consentedScopes(app.db, personOf(account).userId, client.clientId))
  const mayHave = (name: string): boolean => agreed === null || agreed.has(name)
  const apis = Object.entries(resourceServers).filter(([identifier]) => identifier !== app.config.issuer)
  return {
    identity: asked.filter((scope) => isScope(scope) && mayHold(client, scope) && mayHave(scope)),
    claims: claimsAsked(ctx).filter((claim) => agreed === null || isAgreed(agreed, claim)),
    apis: new Map(
      apis.map(([identifier, server]) => [
        identifier,
        asked.filter((scope) => server.scopes.has(scope) && mayHave(consentNameOf(identifier, scope))),
      ]),
    ),
  }
}

export const isScope = (scope: string): boolean => (scopes as readonly string[]).includes(scope) // wider, to ask with any text
