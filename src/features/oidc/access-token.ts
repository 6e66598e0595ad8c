import { errors as joseErrors, jwtVerify } from 'jose'
import { z } from 'zod'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import type { WithApis } from '../apis/index.ts'
import type { VerificationKey, WithKeys } from '../keys/index.ts'
import type { TokenFacts, WithRevocations } from '../revocations/index.ts'
import type { SeenTokens } from './seen-tokens.ts'
import type { SigningProfile } from './signing-profile.ts'

/** Who acts for the subject (RFC 8693, section 4.1), and before them within; `sid` where that is a person who is signed in. */
export interface Acting {
  sub: string
  client_id?: string | undefined
  sid?: string | undefined
  act?: Acting | undefined
}

const Act: z.ZodType<Acting> = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1).optional(),
  sid: z.string().min(1).optional(),
  act: z.lazy(() => Act).optional(),
})

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
  /** What it is bound to: a DPoP key (RFC 9449, section 6.1) or a certificate (RFC 8705, section 3.1). */
  cnf: z
    .strictObject({ jkt: z.string().min(1).optional(), 'x5t#S256': z.string().min(1).optional() })
    .refine(({ jkt, 'x5t#S256': x5t }) => (jkt === undefined) !== (x5t === undefined)) // else it says something unknown
    .optional(),
  /** Claims that were asked for by themselves, and granted, at userinfo. */
  userinfo_claims: z.array(z.string()).optional(),
  authorization_details: z.array(z.looseObject({ type: z.string() })).optional(),
  act: Act.optional(),
  /** The only one who may act for the subject by this token (RFC 8693, section 4.4). */
  may_act: z.object({ sub: z.string().min(1) }).optional(),
  /** Ours: the clients whose tokens it was exchanged for, the session's first. Only exchanged tokens have it. */
  via: z.array(z.string().min(1)).min(1).optional(),
})
export type AccessTokenClaims = z.infer<typeof Claims>

/** Whether we act on a claim ourselves: nobody else may write it, whatever its name means elsewhere. */
export const isReadHere = (claim: string): boolean => Object.hasOwn(Claims.shape, claim)

/**
 * Whether a client has it for itself: it is its own subject (RFC 9068, section 2.2). Tokens about a person say their role, so that
 * a subject which looks like a client's id makes nobody a client (RFC 9068, section 5).
 */
export const isOfClient = ({ sub, client_id, sid, role, act, via }: AccessTokenClaims): boolean =>
  sub === client_id && [sid, role, act, via].every((claim) => claim === undefined)

/** What access tokens are verified by. */
export type Verifying = Pick<App, 'config' | 'clock'> &
  WithApis &
  WithKeys &
  WithRevocations & { profile: SigningProfile; seenTokens: SeenTokens<AccessTokenClaims> }

/** Characters: ours are below 1,500, and with many scopes and authorization details below 12,000. */
const longest = 12_288

/** Seconds our own replicas' clocks may differ. */
const clockTolerance = 5

/**
 * Verifies an access token of ours: signature by the key and algorithm of our record, `typ at+jwt`, issuer, times, and
 * that nothing has ended it (RFC 9068, section 4; RFC 8725, section 3). Its audience is the issuer, an API that is registered
 * now, or what it was exchanged for. Null for anything else, without saying why.
 *
 * `audience` is demanded where it is given: our own APIs take tokens for the issuer only.
 */
export async function verifyAccessToken(
  parts: Verifying,
  token: string,
  audience?: string,
): Promise<AccessTokenClaims | null> {
  const claims = (await seenClaims(parts, token, audience)) ?? (await verifiedClaims(parts, token, audience))
  if (!claims) return null
  for (const facts of restsOn(claims)) if (await parts.revocations.isRevoked(facts)) return null
  return claims
}

/** What a token stands and falls with: its own person, client and session, the clients it came from, and all who act by it. */
function restsOn({ jti, iat, sub, client_id, sid, via = [], act }: AccessTokenClaims): TokenFacts[] {
  const common = { jti, issuedAt: new Date(iat * 1000) }
  return [
    ...[client_id, ...via].map((clientId) => ({ ...common, sid: sid ?? null, subject: sub, clientId })),
    ...chainOf(act).map((actor) => ({
      ...common,
      sid: actor.sid ?? null,
      subject: actor.sub,
      clientId: actor.client_id ?? actor.sub,
    })),
  ]
}

/** All who act, the last first. */
export const chainOf = (act: Acting | undefined): Acting[] => (act ? [act, ...chainOf(act.act)] : [])

/** The client that the session of a token is at: of an exchanged one the first. */
export const sessionClientOf = ({ via, client_id }: Pick<AccessTokenClaims, 'via' | 'client_id'>): string =>
  via?.[0] ?? client_id

/**
 * The claims of a token that was verified here before, under a key that still stands. What time, audience and registrations say
 * is looked at again; null sends the token through the whole of it.
 */
async function seenClaims(
  parts: Verifying,
  token: string,
  audience: string | undefined,
): Promise<AccessTokenClaims | null> {
  const seen = parts.seenTokens.get(token)
  if (!seen) return null
  const { claims, kid, key } = seen
  const found = await parts.keys.verificationKey(kid)
  const now = epochSeconds(parts.clock.now())
  const inTime = claims.exp > now - clockTolerance && Math.max(claims.nbf, claims.iat) <= now + clockTolerance
  if (found?.key !== key || !inTime || (audience !== undefined && claims.aud !== audience)) return null
  return (await isOurAudience(parts, claims, found.alg)) ? claims : null
}

async function verifiedClaims(
  parts: Verifying,
  token: string,
  audience: string | undefined,
): Promise<AccessTokenClaims | null> {
  if (!isCanonicalJws(token)) return null
  const now = parts.clock.now()
  const named: { key?: VerificationKey } = {}
  const keyOf = async (header: { kid?: unknown; alg?: unknown }) => {
    named.key = await keyNamed(parts, header)
    return named.key.key
  }
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
      typ: 'at+jwt',
      issuer: parts.config.issuer,
      ...(audience !== undefined && { audience }),
      requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'sub', 'client_id'],
      currentDate: now,
      clockTolerance,
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success || claims.data.iat > epochSeconds(now) + clockTolerance) return null
    if (!(await isOurAudience(parts, claims.data, protectedHeader.alg))) return null
    if (named.key)
      parts.seenTokens.keep(token, { claims: claims.data, kid: named.key.kid, key: named.key.key })
    return claims.data
  } catch (error) {
    if (error instanceof joseErrors.JOSEError || error === unknownKey) return null
    throw error
  }
}

const unknownKey = new Error('no such key')

/**
 * Tokens for the issuer are signed by one algorithm, and so are exchanged ones, which may be for a service that is not
 * registered; that of a registered API may have changed while some of before are alive.
 */
async function isOurAudience(
  { config, apis, profile }: Verifying,
  { aud, via }: AccessTokenClaims,
  alg: string,
): Promise<boolean> {
  if (aud !== config.issuer && (await apis.byIdentifier(aud))) return true
  return (aud === config.issuer || via !== undefined) && alg === profile.accessTokenAlgorithm()
}

async function keyNamed(
  { keys }: Verifying,
  header: { kid?: unknown; alg?: unknown },
): Promise<VerificationKey> {
  const found = await keys.verificationKey(header.kid)
  if (!found || found.alg !== header.alg) throw unknownKey
  return found
}

/** Three non-empty parts of canonical base64url: a token has one spelling, and nothing hides in its padding bits. */
export function isCanonicalJws(token: string): boolean {
  if (token.length > longest || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}
