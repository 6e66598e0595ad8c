import type { KoaContextWithOIDC } from 'oidc-provider'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import * as payloads from '../storage/repository.ts'
import { type Proof, saidBy } from './proof.ts'

/** Seconds a proof is remembered: longer than it, or its nonce, is good. */
const rememberedSeconds = 420

/** Notes that a proof was used at our own API. True for the first of any number of concurrent callers (RFC 9449, section 11.1). */
export const useOnce = (
  { db, clock }: Pick<App, 'db' | 'clock'>,
  { thumbprint, jti }: Proof,
): Promise<boolean> =>
  payloads.markOnce(
    db,
    {
      model: 'ReplayDetection',
      key: sha256(`dpop ${thumbprint} ${jti}`),
      expiresAt: secondsAfter(clock.now(), rememberedSeconds),
    },
    clock.now(),
  )

/**
 * Whether a mark that the library makes is of this request's DPoP proof, not of its client's assertion: it names both by
 * client and `jti`.
 */
export function isOfProof(ctx: KoaContextWithOIDC | undefined, id: string): boolean {
  const jti = saidBy(ctx?.get('dpop') ?? '')?.jti // not verified yet where the mark is of an assertion
  if (!ctx || typeof jti !== 'string') return false
  const { client, entities } = ctx.oidc
  const clientId = client?.clientId ?? entities.AccessToken?.clientId ?? ''
  return sha256(clientId + jti).toString('base64url') === id
}
