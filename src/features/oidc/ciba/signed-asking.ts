import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider'

import { secondsAfter } from '../../../lib/clock.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { demandsOf } from '../../clients/index.ts'
import { aheadSeconds } from '../possession/proof.ts'
import type { Mark } from '../storage/unit-of-work.ts'

declare module 'koa' {
  interface DefaultState {
    /** The signed request that this one brought, once all that it says was found right. */
    signedAsking?: { jti: string; exp: number }
  }
}

/** All that says for whom, by whom and from when to when (CIBA Core 1.0, section 7.1.1). */
const demanded = ['aud', 'iss', 'exp', 'iat', 'nbf', 'jti'] as const

/** Seconds from `nbf` to `exp` under a profile (FAPI-CIBA Profile, section 5.2.2, point 9). */
const longestLifeSeconds = 3600

/**
 * What the library leaves open of a signed authentication request. It looks itself at what these claims say, where they are
 * there.
 *
 * @throws InvalidRequestObject, which the endpoint calls `invalid_request`.
 */
export function checkSignedAsking(now: number, claims: Record<string, unknown>, client: Client): void {
  const missing = demanded.filter((name) => claims[name] === undefined || claims[name] === '')
  if (missing.length > 0)
    throw new errors.InvalidRequestObject(`Request Object must have ${missing.join(', ')}`)
  const { iat, nbf, exp } = claims
  if (Number(iat) > now + aheadSeconds)
    throw new errors.InvalidRequestObject('Request Object is dated in the future')
  const { backchannelSignatures } = demandsOf(client.profile)
  if (backchannelSignatures !== null && Number(exp) - Number(nbf) > longestLifeSeconds)
    throw new errors.InvalidRequestObject('Request Object must be valid for an hour at most')
}

/** Its `jti` is good for one request that is put before somebody: who holds a signed one cannot ask by it again and again. */
export function onceAsked(ctx: KoaContextWithOIDC, { clientId }: Client): Mark[] {
  const { signedAsking } = ctx.state
  if (!signedAsking) return []
  return [
    {
      model: 'ReplayDetection',
      key: sha256(JSON.stringify(['authentication request', clientId, signedAsking.jti])),
      expiresAt: secondsAfter(new Date(signedAsking.exp * 1000), aheadSeconds),
      refusal: { error: 'invalid_request', error_description: 'a signed request may be used once' },
    },
  ]
}
