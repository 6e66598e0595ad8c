import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import type { Browser } from '../../support/browser.ts'
import { nowSeconds } from '../dpop/proofs.ts'
import { type Answer, post } from '../tokens/requests.ts'
import { holder, type Holder, type ProofOptions } from '../dpop/proofs.ts'

export const redirectUri = 'https://rp.example/callback'

/** A client of the FAPI 2.0 Security Profile that proves itself by signing and binds its tokens by DPoP. */
export interface FapiClient {
  clientId: string
  privateKey: CryptoKey
  key: Holder
  /** An assertion with these claims over the good ones. */
  assertion(
    claims?: Record<string, unknown>,
    header?: Record<string, unknown>,
  ): Promise<Record<string, string>>
  /** A proof with the newest nonce. */
  prove(options: ProofOptions): Promise<string>
  /** Asks an endpoint as the profile wants it, but for what is given. */
  ask(path: string, form: Record<string, string>, spoiled?: Spoiled): Promise<Answer>
  /** Pushes a good request, but for what is given; null leaves one out. */
  push(parameters?: Record<string, string | null>, spoiled?: Spoiled): Promise<Answer>
  /** A code, in a browser that is signed in, and what redeeming it takes. */
  code(browser: Browser): Promise<{ form: Record<string, string>; landing: URL; status: number }>
}

export interface Spoiled {
  assertion?: Record<string, string>
  /** Null: none. */
  proof?: Partial<ProofOptions> | null
}

/** RFC 7636, appendix B. */
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export async function fapiClient(
  app: Gatehouse,
  { alg = 'ES256', ...given }: Partial<NewClient> & { alg?: string } = {},
): Promise<FapiClient> {
  const { issuer } = app.config
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
  const { client } = await createClient(app, bySystem, {
    name: 'Bank',
    redirectUris: [redirectUri],
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    firstParty: true,
    profile: 'fapi2',
    authentication: { jwks: { keys: [jwk] } },
    ...given,
  })
  const key = await holder()
  let nonce: string | null = null
  const assertion: FapiClient['assertion'] = async (claims = {}, header = {}) => ({
    client_id: client.id,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({
      iss: client.id,
      sub: client.id,
      aud: issuer,
      jti: randomToken(),
      iat: nowSeconds(),
      exp: nowSeconds() + 60,
      ...claims,
    })
      .setProtectedHeader({ alg, kid: 'one', ...header })
      .sign(privateKey),
  })
  const prove: FapiClient['prove'] = async (options) => {
    if (nonce === null) {
      const asked = await post(
        `${issuer}/token`,
        { grant_type: 'client_credentials', ...(await assertion()) },
        await key.header({ url: `${issuer}/token` }),
      )
      nonce = asked.headers.get('dpop-nonce')
    }
    return key.proof({ nonce, ...options })
  }
  const ask: FapiClient['ask'] = async (path, form, { assertion: by, proof = {} } = {}) =>
    post(
      issuer + path,
      { ...(by ?? (await assertion())), ...form },
      proof === null ? {} : { dpop: await prove({ url: issuer + path, ...proof }) },
    )
  const push: FapiClient['push'] = (parameters = {}, spoiled = {}) => {
    const all: Record<string, string | null> = {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      state: 's'.repeat(64),
      nonce: 'n'.repeat(64),
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...parameters,
    }
    const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
    return ask('/par', Object.fromEntries(kept), spoiled)
  }
  return {
    clientId: client.id,
    privateKey,
    key,
    assertion,
    prove,
    ask,
    push,
    code: async (browser) => {
      const { body } = await push()
      const query = new URLSearchParams({ client_id: client.id, request_uri: String(body.request_uri) })
      const landing = await browser.go(`${issuer}/authorize?${query.toString()}`, {
        until: (url) => url.startsWith(redirectUri),
      })
      const url = new URL(landing.url)
      const code = url.searchParams.get('code') ?? ''
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }
      return { form, landing: url, status: landing.status }
    },
  }
}
