import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import type { NewClient } from '../../../src/features/clients/index.ts'
import { addIssuer, type NewIssuer } from '../../../src/features/issuers/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { type Answer, asClient } from '../tokens/requests.ts'

export const bearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export type Pair = Awaited<ReturnType<typeof generateKeyPair>>

/** Another issuer, which signs with a key of its own. */
export interface Foreign {
  issuer: string
  keys: Pair
  jwks: NonNullable<NewIssuer['jwks']>
  /** An assertion with these claims over the good ones; `undefined` leaves one out. */
  sign(
    sub: string,
    claims?: Record<string, unknown>,
    header?: Record<string, unknown>,
    key?: Parameters<SignJWT['sign']>[0],
  ): Promise<string>
}

export async function foreignIssuer({
  config,
  clock,
}: Pick<Gatehouse, 'config' | 'clock'>): Promise<Foreign> {
  const issuer = `https://${randomToken()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')}.example`
  const keys = await generateKeyPair('ES256', { extractable: true })
  const { crv, x, y } = await exportJWK(keys.publicKey)
  return {
    issuer,
    keys,
    jwks: { keys: [{ kty: 'EC', crv, x, y, alg: 'ES256', kid: 'one' }] },
    sign: (sub, claims = {}, header = {}, key = keys.privateKey) => {
      const now = Math.floor(clock.now().getTime() / 1000)
      const good: Record<string, unknown> = {
        iss: issuer,
        sub,
        aud: config.issuer,
        iat: now,
        exp: now + 120,
        jti: randomToken(),
      }
      const all = Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined)
      return new SignJWT(Object.fromEntries(all))
        .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
        .sign(key)
    },
  }
}

/** A client that may bring assertions. */
export const bringer = (app: Gatehouse, given: Partial<NewClient> = {}): Promise<RelyingParty> =>
  relyingParty(app, {
    redirectUris: [],
    postLogoutRedirectUris: [],
    firstParty: false,
    grants: [bearerGrant],
    ...given,
  })

export const trust = (
  app: Gatehouse,
  { issuer, jwks }: Foreign,
  given: Partial<NewIssuer> & { clients: string[] },
) => addIssuer(app, bySystem, { issuer, jwks, subjectIs: 'subject', scopes: ['openid', 'email'], ...given })

export const bring = (
  issuer: string,
  client: Pick<RelyingParty, 'clientId' | 'secret'>,
  assertion: string,
  more: Record<string, string> = {},
): Promise<Answer> => asClient(issuer, '/token', client, { grant_type: bearerGrant, assertion, ...more })
