import { decodeJwt, decodeProtectedHeader, errors as joseErrors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'

import { asymmetricAlgorithms } from '../../../../lib/asymmetric-algorithms.ts'
import { epochSeconds } from '../../../../lib/clock.ts'
import type { App } from '../../../../platform/app.ts'
import { findTrustedIssuer, type TrustedIssuer } from '../../../issuers/index.ts'
import { isCanonicalJws } from '../../access-token.ts'
import { routes } from '../../provider.ts'
import type { IssuerKeys } from './issuer-keys.ts'

/** An assertion that was verified. Times are NumericDate seconds. */
export interface Assertion {
  issuer: TrustedIssuer
  subject: string
  jti: string
  expiresAt: number
}

export type Verified = { refused: string } | { refused: null; assertion: Assertion }

/** RFC 7523, section 3; for us `jti` is not optional, since an assertion is good for one use. */
const Claims = z.object({
  iss: z.string().min(1),
  sub: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u), // it is looked up, and no name holds what the database cannot
  aud: z.union([z.string(), z.array(z.string()).length(1)]), // one for several servers could be replayed by each at the others
  exp: z.number().int(),
  iat: z.number().int().optional(),
  nbf: z.number().int().optional(),
  jti: z.string().min(1).max(256),
})

/** Neither an access token nor an ID token of another kind is an assertion (RFC 8725, section 3.11). */
const types: ReadonlySet<unknown> = new Set([undefined, 'JWT', 'authorization-grant+jwt'])

/** Seconds two clocks may differ. */
export const clockTolerance = 5

type Parts = Pick<App, 'config' | 'db' | 'clock'> & { issuerKeys: IssuerKeys }

/**
 * Verifies an assertion for one client. Who issued it is looked up before anything is believed or fetched: of an unknown issuer
 * no key is asked for.
 */
export async function verifyAssertion(parts: Parts, clientId: string, token: string): Promise<Verified> {
  const read = readUnverified(token)
  if (!read) return { refused: 'the assertion is no signed JWT' }
  const issuer = await findTrustedIssuer(parts.db, read.iss)
  if (!issuer) return { refused: 'the issuer is not trusted' }
  if (!issuer.clients.includes(clientId))
    return { refused: 'the client may not bring assertions of this issuer' }
  const keys = await parts.issuerKeys.of(issuer, read.kid)
  if (!keys) return { refused: 'the keys of the issuer could not be fetched' }
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: [...asymmetricAlgorithms],
      issuer: issuer.issuer,
      audience: audiencesOf(parts),
      currentDate: parts.clock.now(),
      clockTolerance,
    })
    if (!types.has(protectedHeader.typ)) return { refused: 'the JWT is of another type' }
    return judge(parts, issuer, payload)
  } catch (error) {
    if (error instanceof joseErrors.JOSEError)
      return { refused: `the assertion does not verify: ${error.code}` }
    throw error
  }
}

/** RFC 7523, section 3, point 3: we by name, or the address that it is sent to. */
const audiencesOf = ({ config: { issuer } }: Pick<App, 'config'>): string[] => [
  issuer,
  `${issuer}${routes.token}`,
]

const isName = /^[\x21-\x7e]{1,500}$/

function readUnverified(token: string): { iss: string; kid: string | undefined } | null {
  if (!isCanonicalJws(token)) return null
  try {
    const { iss } = decodeJwt(token)
    const { kid } = decodeProtectedHeader(token)
    return typeof iss === 'string' && isName.test(iss)
      ? { iss, kid: typeof kid === 'string' ? kid : undefined }
      : null
  } catch {
    return null // jose throws for what is no JWT
  }
}

/** What a valid signature does not say. Points 4 to 6 of RFC 7523, section 3. */
function judge({ clock }: Parts, issuer: TrustedIssuer, payload: JWTPayload): Verified {
  const claims = Claims.safeParse(payload)
  if (!claims.success) return { refused: 'a claim is missing or is no such claim' }
  const { sub: subject, jti, exp: expiresAt, iat } = claims.data
  const now = epochSeconds(clock.now())
  if (expiresAt <= now) return { refused: 'the assertion has expired' } // no tolerance: what is issued ends with it
  if (expiresAt > Math.min(iat ?? now, now) + issuer.maxLifetimeSeconds + clockTolerance)
    return { refused: 'the assertion is valid for too long' }
  if (iat !== undefined && iat > now + clockTolerance) return { refused: 'the assertion is of the future' }
  return { refused: null, assertion: { issuer, subject, jti, expiresAt } }
}
