import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import type { Lifetimes } from './lifetimes.ts'
import { scopes } from './claims.ts'

interface ResourceIndicators {
  enabled: true
  defaultResource(ctx: KoaContextWithOIDC, client: unknown, oneOf?: readonly string[]): string
  useGrantedResource(): boolean
  getResourceServerInfo(ctx: KoaContextWithOIDC, resource: string): ResourceServer
}

/**
 * APIs that access tokens are for (RFC 8707). Without a `resource` it is the issuer: our own APIs and any service content
 * with that audience. Every access token is a JWT of RFC 9068.
 */
export function resourceIndicators(
  { config }: Pick<App, 'config'>,
  current: () => Lifetimes,
  accessTokenAlgorithm: () => string,
): ResourceIndicators {
  const own = ownResource({ config }, current, accessTokenAlgorithm)
  return {
    enabled: true,
    defaultResource: (_ctx, _client, oneOf) => oneOf?.[0] ?? config.issuer,
    useGrantedResource: () => true, // else a request with `openid` gets an opaque token for userinfo alone
    getResourceServerInfo: (ctx, resource) => {
      if (resource !== config.issuer) throw new errors.InvalidTarget('this resource is not registered here')
      return own(ctx)
    },
  }
}

/** Our own API, and any service content with the issuer as audience. */
export function ownResource(
  { config }: Pick<App, 'config'>,
  current: () => Lifetimes,
  accessTokenAlgorithm: () => string,
): (ctx: KoaContextWithOIDC) => ResourceServer {
  return (ctx) => ({
    scope: isMachine(ctx) ? '' : scopes.join(' '), // they are all about a person
    audience: config.issuer,
    accessTokenFormat: 'jwt',
    accessTokenTTL: current().access,
    jwt: { sign: { alg: accessTokenAlgorithm() as 'ES256' } }, // ES256 or EdDSA; the types know no union here
  })
}

const isMachine = ({ oidc }: KoaContextWithOIDC): boolean => oidc.params?.grant_type === 'client_credentials'
