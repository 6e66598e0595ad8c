import { type Configuration, errors } from 'oidc-provider'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { contentEncryptions, encryptionAlgorithms, requestObjectAlgorithms } from '../../clients/index.ts'
import { checkSignedAsking } from '../ciba/signed-asking.ts'
import { refuseMalformedClaims } from '../requested-claims.ts'

type Features = NonNullable<Configuration['features']>

/** How clients may ask, and be answered, besides what is always on. */
export const requestFeatures = (parts: Pick<App, 'clock'>) =>
  ({
    claimsParameter: { enabled: true, assertClaimsParameter: checkClaims },
    requestObjects: {
      enabled: true, // by value and at /par; never fetched from an address
      requireSignedRequestObject: false,
      assertJwtClaimsAndHeader: checkRequestObject(parts),
    },
    jwtResponseModes: { enabled: true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: true },
  }) satisfies Features

const checkClaims = (_ctx: unknown, claims: unknown): void => {
  refuseMalformedClaims(claims)
}

/** Seconds a request object may still be good for: it passes through a browser, which keeps what it has seen. */
const longestLifeSeconds = 3600

const types = new Set([undefined, 'jwt', 'oauth-authz-req+jwt', 'application/oauth-authz-req+jwt'])

type CheckObject = NonNullable<NonNullable<Features['requestObjects']>['assertJwtClaimsAndHeader']>

/**
 * What the library leaves open of RFC 9101: that a request object ends, and is no other kind of JWT (section 10.8). It checks
 * itself the signature by a key of the client, `iss`, `aud`, `exp` and `nbf`, and takes no parameter from outside of the object
 * (section 6.3).
 */
const checkRequestObject =
  ({ clock }: Pick<App, 'clock'>): CheckObject =>
  (ctx, claims, { alg, typ }, client) => {
    const { exp, sub } = claims
    if (alg === 'none') return // the library's own, of a request that was pushed: it takes no other
    const now = epochSeconds(clock.now())
    if (typeof exp !== 'number' || exp > now + longestLifeSeconds)
      throw new errors.InvalidRequestObject('Request Object must have an exp within the next hour')
    if (!types.has(typeof typ === 'string' ? typ.toLowerCase() : undefined))
      throw new errors.InvalidRequestObject('Request Object is another type of JWT')
    if (sub === client.clientId)
      throw new errors.InvalidRequestObject('Request Object must not be a client assertion')
    if (ctx.oidc.route !== 'backchannel_authentication') return
    checkSignedAsking(now, claims, client)
    ctx.state.signedAsking = { jti: JSON.stringify(claims.jti), exp }
  }

type Algorithms = NonNullable<Configuration['enabledJWA']>

/** Nothing is signed with, or encrypted to, a client's secret; and nothing is encrypted to us. */
export function requestAlgorithms(ours: readonly ('RS256' | 'ES256' | 'EdDSA')[]): Algorithms {
  const encryption = [...encryptionAlgorithms]
  const content = [...contentEncryptions]
  return {
    requestObjectSigningAlgValues: [...requestObjectAlgorithms],
    requestObjectEncryptionAlgValues: [],
    requestObjectEncryptionEncValues: [],
    authorizationSigningAlgValues: [...ours],
    authorizationEncryptionAlgValues: encryption,
    authorizationEncryptionEncValues: content,
    idTokenEncryptionAlgValues: encryption,
    idTokenEncryptionEncValues: content,
    userinfoSigningAlgValues: [...ours],
    userinfoEncryptionAlgValues: encryption,
    userinfoEncryptionEncValues: content,
  }
}
