import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'

import { type Level, levelAsked } from '../admission/index.ts'
import { consentToClaim } from '../consents/index.ts'
import { claims as claimsByScope } from './configuration/claims.ts'
import { mayHold } from './configuration/may-hold.ts'

/** What is wanted of one claim (OpenID Connect Core 1.0, section 5.5.1). Members that nobody knows are ignored. */
const Wish = z
  .object({
    essential: z.boolean().optional(),
    value: z.unknown().optional(),
    values: z.array(z.unknown()).max(50).optional(),
  })
  .nullable()

const Wishes = z.record(z.string().max(200), Wish).refine((all) => Object.keys(all).length <= 100)

const ClaimsParameter = z.object({ userinfo: Wishes.optional(), id_token: Wishes.optional() })
type ClaimsParameter = z.infer<typeof ClaimsParameter>

/** @throws invalid_request: not what section 5.5 of OpenID Connect Core 1.0 describes, or absurdly much of it. */
export function refuseMalformedClaims(claims: unknown): void {
  const { success } = ClaimsParameter.safeParse(claims)
  if (!success) throw new errors.InvalidRequest('the claims parameter is malformed')
}

/** As it was sent; it was checked before. */
function parsed(parameter: unknown): ClaimsParameter {
  return typeof parameter === 'string' ? ClaimsParameter.parse(JSON.parse(parameter)) : {}
}

/** The scope that a claim about the person belongs to; undefined for what says how and when somebody signed in. */
function scopeOf(claim: string): string | undefined {
  return Object.entries(claimsByScope).find(
    ([scope, names]) => scope !== 'openid' && Array.isArray(names) && names.includes(claim),
  )?.[0]
}

export const isAboutPerson = (claim: string): boolean => scopeOf(claim) !== undefined

/** Claims about the person that a request names by themselves, of those the client may have at all. */
export function claimsAsked({ oidc }: KoaContextWithOIDC): string[] {
  const { client, requestParamClaims } = oidc
  if (!client) return []
  return [...requestParamClaims].filter((claim) => {
    const scope = scopeOf(claim)
    return scope !== undefined && mayHold(client, scope)
  })
}

/** Whether these consented scopes let a client have a claim: itself, or all of the scope it belongs to. */
export const isAgreed = (agreed: ReadonlySet<string>, claim: string): boolean =>
  agreed.has(consentToClaim(claim)) || agreed.has(scopeOf(claim) ?? '')

/** Every claim about a person that a `claims` parameter names. */
export function claimsNamed(parameter: string | undefined): string[] {
  const { userinfo = {}, id_token = {} } = parsed(parameter)
  return [...new Set([...Object.keys(userinfo), ...Object.keys(id_token)])].filter(isAboutPerson)
}

/** How surely a client wants a person recognised. */
export interface AcrAsked {
  /** The lowest level that will do; null where none that we know was named. */
  level: Level | null
  /** An answer without it is of no use to the client. */
  essential: boolean
  /** The values named by an essential claim. */
  values: readonly string[]
}

/**
 * An essential `acr` of the `claims` parameter is a demand (OpenID Connect Core 1.0, section 5.5.1.1); one that is not, and
 * `acr_values`, is a wish.
 */
export function acrAsked(params: { acr_values?: unknown; claims?: unknown } | undefined): AcrAsked {
  const wish = parsed(params?.claims).id_token?.acr ?? {}
  const values = [...(wish.values ?? []), wish.value].filter((value) => typeof value === 'string')
  if (wish.essential === true && values.length > 0)
    return { level: levelAsked(values.join(' ')), essential: true, values }
  const { acr_values: named } = params ?? {}
  return {
    level: levelAsked(typeof named === 'string' ? named : values.join(' ')),
    essential: false,
    values: [],
  }
}
