import { type Configuration, errors } from 'oidc-provider'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { demandsOf } from '../clients/index.ts'
import { aheadSeconds } from './possession/proof.ts'

/** Seconds an assertion may still be good for. An hour covers every library there is; a stolen one is not good for years. */
const longestLifeSeconds = 3600

type Check = NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']>
type Arguments = Parameters<Check>

/** Why an assertion whose signature holds is refused all the same; the first that applies. */
const faults: readonly {
  fault: string
  applies(at: { now: number; issuer: string }, ...given: Arguments): boolean
}[] = [
  {
    fault: 'the assertion is valid for too long', // RFC 7523, section 3, point 4
    applies: ({ now }, _ctx, { exp }) => typeof exp !== 'number' || exp > now + longestLifeSeconds,
  },
  {
    fault: 'the assertion is dated in the future', // FAPI 2.0 Security Profile, section 5.3.2.1, point 13, and good for all
    applies: ({ now }, _ctx, { iat, nbf }) =>
      [iat, nbf].some((at) => typeof at === 'number' && at > now + aheadSeconds),
  },
  {
    fault: 'the assertion is not for the issuer alone', // FAPI 2.0 Security Profile, section 5.3.2.1, point 8
    applies: ({ issuer }, _ctx, { aud }, _header, client) =>
      demandsOf(client.profile).issuerIsAudience && aud !== issuer,
  },
  {
    fault: 'the assertion is signed by an algorithm that the profile rules out', // FAPI 2.0 Security Profile, section 5.4.1
    applies: (_at, _ctx, _claims, { alg }, client) =>
      demandsOf(client.profile).signatureAlgorithms?.includes(typeof alg === 'string' ? alg : '') === false,
  },
]

/** What the library does not look at in a client's assertion. */
export const checkAssertion =
  ({ clock, config }: Pick<App, 'clock' | 'config'>): Check =>
  (...given) => {
    const at = { now: epochSeconds(clock.now()), issuer: config.issuer }
    const found = faults.find(({ applies }) => applies(at, ...given))
    if (found) throw new errors.InvalidClientAuth(found.fault)
  }
