import {
  calculateJwkThumbprint,
  decodeJwt,
  EmbeddedJWK,
  errors as joseErrors,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { z } from 'zod'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import type { Nonces } from './nonces.ts'

/** By what a proof may be signed; advertised, and the same at every endpoint. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'PS256'] as const

/** Seconds a proof without a nonce may be old; the library's own. */
const oldestSeconds = 300

/** Seconds it may be dated ahead, by whose clock ever (FAPI 2.0 Security Profile, section 5.3.2.1, point 13). */
export const aheadSeconds = 60

const Payload = z.object({
  jti: z.string().min(1),
  htm: z.string(),
  htu: z.string(),
  iat: z.number().positive(),
  ath: z.string(),
  nonce: z.string().optional(),
})

/** What a proof is held against. */
export interface ProvedRequest {
  method: string
  /** Without query. */
  url: string
  accessToken: string
  nonceDemanded: boolean
  /** Seconds a proof with a nonce may be dated ahead. */
  aheadWithNonce: number
}

/** A proof that holds, for this request and token. */
export interface Proof {
  outcome: 'proved'
  /** Of its key (RFC 7638). */
  thumbprint: string
  jti: string
  /** It carries the newest nonce. */
  current: boolean
}

export type Judgement = Proof | { outcome: 'invalid_dpop_proof' | 'use_dpop_nonce' }

const invalid: Judgement = { outcome: 'invalid_dpop_proof' }
const nonceWanted: Judgement = { outcome: 'use_dpop_nonce' }

/**
 * Checks the proof that comes with an access token at our own API (RFC 9449, sections 4.3 and 7.1): all but whether it was
 * used before, and whether its key is the token's.
 */
export async function judgeProof(
  { clock, nonces }: Pick<App, 'clock'> & { nonces: Nonces },
  proof: string,
  request: ProvedRequest,
): Promise<Judgement> {
  const verified = await verify(clock.now(), proof)
  const payload = Payload.safeParse(verified?.payload)
  if (!verified || !payload.success || !isOfRequest(payload.data, request)) return invalid
  const { jti, nonce, iat } = payload.data
  if (nonce === undefined ? request.nonceDemanded : !nonces.isGood(nonce)) return nonceWanted
  if (!isWellDated(epochSeconds(clock.now()) - iat, nonce === undefined ? null : request.aheadWithNonce))
    return invalid
  const thumbprint = await calculateJwkThumbprint(verified.jwk)
  return { outcome: 'proved', thumbprint, jti, current: nonce === nonces.next() }
}

/** A nonce says when a proof was made, so that its own clock may be wrong; `withNonce` is how far ahead, null where it has none. */
const isWellDated = (age: number, withNonce: number | null): boolean =>
  withNonce === null ? age <= oldestSeconds && age >= -aheadSeconds : age >= -withNonce

/** Signed by the key it brings, which must be a public one. */
async function verify(now: Date, proof: string) {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...proofAlgorithms],
      typ: 'dpop+jwt',
      currentDate: now,
    })
    return protectedHeader.jwk && { payload, jwk: protectedHeader.jwk }
  } catch (error) {
    if (error instanceof joseErrors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return undefined // the last two: a key that cannot be read
    throw error
  }
}

function isOfRequest({ htm, htu, ath }: z.infer<typeof Payload>, request: ProvedRequest): boolean {
  const url = URL.parse(htu)
  if (!url) return false
  url.hash = ''
  url.search = ''
  return (
    htm === request.method &&
    url.href === new URL(request.url).href &&
    ath === sha256(request.accessToken).toString('base64url')
  )
}

/** What a proof says, before anything of it is verified; null where it is no JWT. */
export function saidBy(proof: string): JWTPayload | null {
  try {
    return decodeJwt(proof)
  } catch {
    return null
  }
}
