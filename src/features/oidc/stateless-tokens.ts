import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import { randomToken } from '../../platform/crypto/index.ts'
import { type AccessTokenClaims, sessionClientOf } from './access-token.ts'
import { findOpaque, isOpaque, type OpaqueParts } from './opaque-tokens.ts'
import type { UnitOfWork } from './storage/unit-of-work.ts'

/**
 * Most access tokens are JWTs without a row, which the library cannot find by itself. Its `find` is replaced: a token that
 * verifies becomes the library's own object, so that userinfo, introspection and revocation run unchanged. The grant that
 * userinfo then asks for is what the token says was granted: a grant that has ended has revoked the token. Tokens that are no
 * JWTs have rows (`opaque-tokens.ts`).
 */
export function findStatelessTokens(
  provider: Provider,
  parts: OpaqueParts,
  verify: (token: string) => Promise<AccessTokenClaims | null>,
  current: { ctx(): KoaContextWithOIDC | undefined; unit(): UnitOfWork | null },
): void {
  const accessTokens = findable(provider.AccessToken)
  const clientTokens = findable(provider.ClientCredentials)
  const opaque = {
    person: findOpaque(parts, accessTokens, current.ctx),
    machine: findOpaque(parts, clientTokens, current.ctx),
  }
  accessTokens.find = async (value) => {
    if (isOpaque(value)) return opaque.person(value)
    const claims = await resolve(value)
    if (!claims || isOwnToken(claims)) return undefined
    const ctx = current.ctx()
    const atUserinfo = ctx?.oidc.route === 'userinfo'
    if (atUserinfo && claims.aud !== provider.issuer) return undefined
    if (atUserinfo && ctx.get('authorization') === '') return undefined // sent in the body (RFC 9700, section 4.3.2)
    const token = new accessTokens(fieldsOf(claims, grantOf(claims), atUserinfo))
    return Object.assign(token, extraOf(claims), askedAtUserinfo(claims))
  }
  clientTokens.find = async (value) => {
    if (isOpaque(value)) return opaque.machine(value)
    const claims = await resolve(value)
    if (!claims || !isOwnToken(claims)) return undefined
    return new clientTokens(fieldsOf(claims, undefined, false))
  }

  /** A token of `structured-tokens.ts` was verified before; any other is verified here. */
  async function resolve(value: string): Promise<AccessTokenClaims | null> {
    return current.unit()?.verifiedTokens.get(value) ?? verify(value)
  }

  function grantOf(claims: AccessTokenClaims): string | undefined {
    const unit = current.unit()
    if (!unit || current.ctx()?.oidc.route !== 'userinfo') return undefined // revoking one token must not end its grant
    const id = `stateless:${randomToken()}`
    const { sub: accountId, client_id: clientId, scope, exp, iat, userinfo_claims: asked = [] } = claims
    unit.statelessGrants.set(id, {
      accountId,
      clientId,
      exp,
      iat,
      kind: 'Grant',
      openid: { scope, claims: asked },
    })
    return id
  }
}

/** A model of the library as we use it: made from stored fields, found by its value. Its types want a client object. */
interface Findable {
  new (fields: object): object
  find(value: string): Promise<object | undefined>
}

const findable = (model: unknown): Findable => model as Findable // see Findable: the library's types know less

/** A client that acts for itself is its own subject (RFC 9068, section 2.2). */
const isOwnToken = (claims: AccessTokenClaims): boolean =>
  claims.sub === claims.client_id && claims.sid === undefined

/** The library takes userinfo only with tokens that have no audience; ours name the issuer. */
function fieldsOf(claims: AccessTokenClaims, grantId: string | undefined, withoutAudience: boolean) {
  return {
    jti: claims.jti,
    iat: claims.iat,
    exp: claims.exp,
    clientId: claims.client_id,
    scope: claims.scope,
    ...(!isOwnToken(claims) && { accountId: claims.sub }),
    ...(claims.sid !== undefined && { sid: claims.sid }),
    ...(grantId !== undefined && { grantId }),
    ...(!withoutAudience && { aud: claims.aud }),
    ...claims.cnf, // the library's names for it are the same
    ...(claims.authorization_details && { rar: claims.authorization_details }),
  }
}

/** What the library keeps in the row of a token. */
const askedAtUserinfo = ({ userinfo_claims: names = [] }: AccessTokenClaims): object =>
  names.length === 0 ? {} : { claims: { userinfo: Object.fromEntries(names.map((name) => [name, null])) } }

/** Shown by introspection besides what the library shows (RFC 8693, sections 4.1 and 4.4), and what admission asks with. */
function extraOf(claims: AccessTokenClaims): { extra: Record<string, unknown>; sessionClientId: string } {
  const { nbf, role, acr, amr, auth_time, act, may_act } = claims
  return {
    extra: { nbf, role, acr, amr, auth_time, act, may_act },
    sessionClientId: sessionClientOf(claims),
  }
}
