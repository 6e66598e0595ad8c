import { type Client, type Configuration, errors } from 'oidc-provider'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { demandsOf } from '../../clients/index.ts'
import { nonceSecret } from '../possession/nonces.ts'
import { aheadSeconds, saidBy } from '../possession/proof.ts'

type Dpop = NonNullable<NonNullable<Configuration['features']>['dPoP']>

/**
 * Demonstrating proof of possession (RFC 9449). The library asks `requireNonce` before it looks at a proof, and looks at its
 * date only where it has no nonce, five minutes both ways: what is dated further ahead than others' clocks may be wrong is
 * refused here.
 */
export const dpop = ({ config, clock }: Pick<App, 'config' | 'clock'>): Dpop => ({
  enabled: true,
  nonceSecret: nonceSecret(config),
  allowReplay: false,
  requireNonce: (ctx) => {
    const { proving } = ctx.state
    const { client } = ctx.oidc as { client?: Client } // at userinfo it is not known yet
    const demands = client ? demandsOf(client.profile) : proving?.demands
    refuseDatedAhead(epochSeconds(clock.now()), ctx.get('dpop'), demands?.aheadSeconds ?? Infinity)
    return proving?.nonceDemanded === true || demands?.dpopNonce === true
  },
})

/** @throws InvalidDpopProof when it is dated further ahead than `withNonce` seconds, or without one than any may be. */
function refuseDatedAhead(now: number, proof: string, withNonce: number): void {
  const { iat, nonce } = saidBy(proof) ?? {}
  const ahead = nonce === undefined ? aheadSeconds : withNonce
  if (typeof iat === 'number' && iat > now + ahead)
    throw new errors.InvalidDpopProof('the DPoP proof is dated in the future')
}
