import type { ClientKeys } from '../client-keys.ts'
import { demandsOf } from '../profiles.ts'

/** OpenID Connect Client-Initiated Backchannel Authentication Core 1.0, section 4. */
export const cibaGrant = 'urn:openid:params:grant-type:ciba'

type Key = ClientKeys['keys'][number]

const kinds: Readonly<Record<string, (key: Key) => boolean>> = {
  RS256: ({ kty }) => kty === 'RSA',
  PS256: ({ kty }) => kty === 'RSA',
  ES256: ({ crv }) => crv === 'P-256',
  EdDSA: ({ crv }) => crv === 'Ed25519',
}

/** Whether one of these keys verifies what is signed by this algorithm. */
export const signsBy = (keys: ClientKeys, algorithm: string): boolean =>
  keys.keys.some(
    (key) =>
      kinds[algorithm]?.(key) === true &&
      key.use !== 'enc' &&
      (key.alg === undefined || key.alg === algorithm),
  )

/**
 * The algorithm that a profile signs a client's authentication requests by where the client names none: the first one that its
 * keys fit, as far as they are known here. Undefined: the profile does not ask for signatures, or there is nothing to sign.
 */
export function demandedAlgorithm(client: {
  profile?: unknown
  grants: readonly string[]
  keys: ClientKeys | undefined
}): string | undefined {
  const { backchannelSignatures: allowed } = demandsOf(client.profile)
  if (allowed === null || !client.grants.includes(cibaGrant)) return undefined
  const { keys } = client
  return (keys && allowed.find((algorithm) => signsBy(keys, algorithm))) ?? allowed[0]
}
