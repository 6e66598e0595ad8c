import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

import type { RelyingParty } from '../../support/relying-party.ts'

export interface Keys {
  /** Signs. */
  privateKey: CryptoKey
  kid: string
  alg: string
  /** As a client registers it. */
  jwk: Record<string, unknown>
}

/** A key pair of a client. */
export async function keyPair(alg: string, use: 'sig' | 'enc' = 'sig', crv?: string): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair(alg, {
    extractable: true,
    ...(crv !== undefined && { crv }),
  })
  const kid = `${alg}-${use}`
  return { privateKey, kid, alg, jwk: { ...(await exportJWK(publicKey)), kid, alg, use } }
}

/** What a client registers its keys as. */
export const registered = (...pairs: Keys[]) => ({ keys: pairs.map(({ jwk }) => jwk) })

interface Header {
  alg?: string
  kid?: string
  typ?: string
}

/** A request object of this client, good in everything but what is given. */
export function requestObject(
  issuer: string,
  client: Pick<RelyingParty, 'clientId'>,
  keys: Keys,
  claims: JWTPayload = {},
  header: Header = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: client.clientId,
    client_id: client.clientId,
    aud: issuer,
    iat: now,
    nbf: now,
    exp: now + 120,
    ...claims,
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: keys.alg, kid: keys.kid, typ: 'oauth-authz-req+jwt', ...header })
    .sign(keys.privateKey)
}
