import { errors as joseErrors, jwtVerify } from 'jose'
import { z } from 'zod'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import type { WithApis } from '../apis/index.ts'
import type { WithKeys } from '../keys/index.ts'
import type { WithRevocations } from '../revocations/index.ts'
import type { SigningProfile } from './signing-profile.ts'

/** The claims of an access token of ours (RFC 9068, section 2.2), checked. Times are NumericDate seconds. */
const Claims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.string().min(1),
  exp: z.number().int(),
  iat: z.number().int(),
  nbf: z.number().int(),
  jti: z.string().min(1),
  client_id: z.string().min(1),
  scope: z.string().default(''),
  sid: z.string().min(1).optional(),
  role: z.string().optional(),
  acr: z.string().optional(),
  amr: z.array(z.string()).optional(),
  auth_time: z.number().int().optional(),
  authorization_details: z.array(z.looseObject({ type: z.string() })).optional(),
})
export type AccessTokenClaims = z.infer<typeof Claims>

type Parts = Pick<App, 'config' | 'clock'> &
  WithApis &
  WithKeys &
  WithRevocations & { profile: SigningProfile }

/** Characters: ours are below 1,500, and with many scopes and authorization details below 12,000. */
const longest = 12_288

/** Seconds our own replicas' clocks may differ. */
const clockTolerance = 5

/**
 * Verifies an access token of ours: signature by the key and algorithm of our record, `typ at+jwt`, issuer, times, and
 * that nothing has ended it (RFC 9068, section 4; RFC 8725, section 3). Its audience is the issuer or an API that is registered
 * now. Null for anything else, without saying why.
 *
 * `audience` is demanded where it is given: our own APIs take tokens for the issuer only.
 */
export async function verifyAccessToken(
  parts: Parts,
  token: string,
  audience?: string,
): Promise<AccessTokenClaims | null> {
  if (!isCanonicalJws(token)) return null
  const claims = await verifiedClaims(parts, token, audience)
  if (!claims) return null
  const revoked = await parts.revocations.isRevoked({
    jti: claims.jti,
    sid: claims.sid ?? null,
    subject: claims.sub,
    clientId: claims.client_id,
    issuedAt: new Date(claims.iat * 1000),
  })
  return revoked ? null : claims
}

async function verifiedClaims(
  parts: Parts,
  token: string,
  audience: string | undefined,
): Promise<AccessTokenClaims | null> {
  const now = parts.clock.now()
  try {
    const { payload, protectedHeader } = await jwtVerify(token, async (header) => keyNamed(parts, header), {
      typ: 'at+jwt',
      issuer: parts.config.issuer,
      ...(audience !== undefined && { audience }),
      requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'sub', 'client_id'],
      currentDate: now,
      clockTolerance,
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success || claims.data.iat > epochSeconds(now) + clockTolerance) return null
    return (await isOurAudience(parts, claims.data, protectedHeader.alg)) ? claims.data : null
  } catch (error) {
    if (error instanceof joseErrors.JOSEError || error === unknownKey) return null
    throw error
  }
}

const unknownKey = new Error('no such key')

/** Tokens for the issuer are signed by one algorithm; an API's may have changed while some of before are alive. */
async function isOurAudience(
  { config, apis, profile }: Parts,
  { aud }: AccessTokenClaims,
  alg: string,
): Promise<boolean> {
  if (aud === config.issuer) return alg === profile.accessTokenAlgorithm()
  return (await apis.byIdentifier(aud)) !== null
}

async function keyNamed({ keys }: Parts, header: { kid?: unknown; alg?: unknown }) {
  const found = await keys.verificationKey(header.kid)
  if (!found || found.alg !== header.alg) throw unknownKey
  return found.key
}

/** Three non-empty parts of canonical base64url: a token has one spelling, and nothing hides in its padding bits. */
function isCanonicalJws(token: string): boolean {
  if (token.length > longest || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}
