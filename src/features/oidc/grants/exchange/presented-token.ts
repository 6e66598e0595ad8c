import { decodeProtectedHeader } from 'jose'
import { errors } from 'oidc-provider'

import { epochSeconds } from '../../../../lib/clock.ts'
import { type AccessTokenClaims, type Acting, type Verifying, verifyAccessToken } from '../../access-token.ts'
import { type IdTokenClaims, verifyIdToken } from '../../id-token.ts'
import type { HandedIn } from './request.ts'

/** A token of ours that was handed in, verified. Times are NumericDate seconds. */
export interface PresentedToken {
  subject: string
  /** Whom it was issued to. */
  clientId: string
  audience: string
  /** It is bound to a key (RFC 9449, section 6; RFC 8705, section 3). */
  bound: boolean
  sid: string | undefined
  issuedAt: number
  expiresAt: number
  scopes: readonly string[]
  acr: string | undefined
  amr: string[] | undefined
  authTime: number | undefined
  act: Acting | undefined
  mayAct: { sub: string } | undefined
  /** The clients it was exchanged through; empty where it was not. */
  via: readonly string[]
}

/**
 * Verifies a token that was handed in: ours, not expired, and not ended by anything.
 *
 * @throws invalid_request: it is not valid for whatever reason, which only the log is told (RFC 8693, section 2.2.2).
 */
export async function presentedToken(
  parts: Verifying,
  clientId: string,
  { parameter, token, kind }: HandedIn,
): Promise<PresentedToken> {
  const asAccessToken = kind === 'access token' || (kind === 'any' && isAccessToken(token))
  const presented = asAccessToken
    ? fromAccessToken(await verifyAccessToken(parts, token))
    : fromIdToken(await verifyIdToken(parts, token, clientId))
  if (!presented) throw refused(parameter, `the ${parameter} does not verify`)
  // No tolerance here: what is issued ends with it.
  if (presented.expiresAt <= epochSeconds(parts.clock.now()))
    throw refused(parameter, `the ${parameter} has expired`)
  return presented
}

export const refused = (parameter: HandedIn['parameter'], reason: string): Error =>
  new errors.InvalidRequest(`${parameter} is not acceptable`, 400, reason)

function isAccessToken(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === 'at+jwt'
  } catch {
    return false // no JWT at all: refused as an ID token
  }
}

function fromAccessToken(claims: AccessTokenClaims | null): PresentedToken | null {
  if (!claims) return null
  return {
    subject: claims.sub,
    clientId: claims.client_id,
    audience: claims.aud,
    bound: claims.cnf !== undefined,
    sid: claims.sid,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    scopes: claims.scope.split(' ').filter((scope) => scope !== ''),
    acr: claims.acr,
    amr: claims.amr,
    authTime: claims.auth_time,
    act: claims.act,
    mayAct: claims.may_act,
    via: claims.via ?? [],
  }
}

/** An ID token says who somebody is and grants nothing: what it is exchanged for says that much. */
function fromIdToken(claims: IdTokenClaims | null): PresentedToken | null {
  if (!claims) return null
  return {
    subject: claims.sub,
    clientId: claims.aud,
    audience: claims.aud,
    bound: false,
    sid: claims.sid,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    scopes: ['openid'],
    acr: claims.acr,
    amr: claims.amr,
    authTime: claims.auth_time,
    act: undefined,
    mayAct: undefined,
    via: [],
  }
}
