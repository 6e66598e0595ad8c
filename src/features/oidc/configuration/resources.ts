import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { type ApiRecord, permittedScopes, type WithApis } from '../../apis/index.ts'
import { serviceScopesIn } from '../../clients/index.ts'
import type { SigningProfile } from '../signing-profile.ts'
import { askingClient, detailsAsked, isForItself } from './asking.ts'
import type { Lifetimes } from './lifetimes.ts'
import { scopes } from './claims.ts'

interface ResourceIndicators {
  enabled: true
  defaultResource(
    ctx: KoaContextWithOIDC,
    client: unknown,
    oneOf?: readonly string[],
  ): Promise<string | string[]>
  useGrantedResource(): boolean
  getResourceServerInfo(ctx: KoaContextWithOIDC, resource: string, client: Client): Promise<ResourceServer>
}

type Parts = Pick<App, 'config'> & WithApis

/**
 * APIs that access tokens are for (RFC 8707). Without a `resource` it is the API whose authorization details are asked for,
 * else the issuer: our own APIs and any service content with that audience. Of several that were granted, a token request
 * that names none gets the first.
 */
export function resourceIndicators(
  app: Parts,
  current: () => Lifetimes,
  profile: SigningProfile,
): ResourceIndicators {
  const own = ownResource(app, current, profile.accessTokenAlgorithm)
  return {
    enabled: true,
    defaultResource: async (ctx, _client, oneOf) =>
      oneOf?.[0] ?? (await apisOfDetails(app, ctx)) ?? app.config.issuer,
    useGrantedResource: () => true, // else a request with `openid` gets an opaque token for userinfo alone
    getResourceServerInfo: async (ctx, resource, client) =>
      resource === app.config.issuer ? own(ctx) : registered(app, ctx, { resource, client, profile }),
  }
}

/** Our own API, and any service content with the issuer as audience. */
export function ownResource(
  { config }: Pick<App, 'config'>,
  current: () => Lifetimes,
  accessTokenAlgorithm: () => string,
): (ctx: KoaContextWithOIDC) => ResourceServer {
  return (ctx) => ({
    scope: isForItself(ctx) ? ownScopes(ctx) : scopes.join(' '), // those are all about a person
    audience: config.issuer,
    accessTokenFormat: 'jwt',
    accessTokenTTL: current().access,
    jwt: { sign: { alg: accessTokenAlgorithm() as 'ES256' } }, // ES256 or EdDSA; the types know no union here
  })
}

/** What the client of a request may do here for itself. */
function ownScopes({ oidc: { client } }: KoaContextWithOIDC): string {
  return client ? serviceScopesIn(askingClient(client).allowedScopes).join(' ') : ''
}

/** @throws InvalidTarget: nobody's, or not for this client: the answer is the same (RFC 8707, section 2). */
async function registered(
  { apis }: Parts,
  ctx: KoaContextWithOIDC,
  { resource, client, profile }: { resource: string; client: Client; profile: SigningProfile },
): Promise<ResourceServer> {
  const api = await apis.byIdentifier(resource)
  const permitted = api && permittedScopes(api, askingClient(client), isForItself(ctx))
  if (!api || !permitted)
    throw new errors.InvalidTarget('this resource is not known here, or not for this client')
  refuseOthers(ctx, api, permitted)
  const alg = profile.eddsaOnly() ? 'EdDSA' : api.signingAlgorithm
  return {
    scope: permitted.join(' '),
    audience: api.identifier,
    accessTokenFormat: api.tokenFormat,
    accessTokenTTL: api.accessTokenSeconds,
    jwt: { sign: { alg: alg as 'ES256' } }, // any that our keys have; the types know no union here
  }
}

/**
 * A scope that the client may not have is refused by its name, where the library would leave it out. A client that asks for
 * itself names one API, so that whatever this API does not know is wrong too (RFC 6749, section 5.2).
 */
function refuseOthers(ctx: KoaContextWithOIDC, api: ApiRecord, permitted: readonly string[]): void {
  const known = api.scopes.map(({ name }) => name)
  const lacking = [...ctx.oidc.requestParamScopes].filter(
    (scope) => !permitted.includes(scope) && (isForItself(ctx) || known.includes(scope)),
  )
  if (lacking.length > 0) throw new errors.InvalidScope('requested scope is not allowed', lacking.join(' '))
}

async function apisOfDetails({ apis }: WithApis, ctx: KoaContextWithOIDC): Promise<string | string[] | null> {
  const found = await Promise.all(detailsAsked(ctx).map(({ type }) => apis.byDetailType(type)))
  const all = [...new Set(found.flatMap((one) => one?.api.identifier ?? []))]
  return all.length < 2 ? (all[0] ?? null) : all
}
