import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

import {
  type Answer,
  authorizationUrl,
  challengeOf,
  follow,
  type Parameters,
  post,
  random,
} from './relying-party.ts'
import type { Registered, Suite } from './suite.ts'
import { callback } from './places.ts'

/** A NumericDate. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

/** A confidential client with a key of its own, which an operator registered. */
export interface FinancialClient extends Registered {
  /** A JWT that it signs. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  /** How it says who it is. */
  assertion(suite: Suite, claims?: JWTPayload): Promise<Parameters>
}

export async function financialClient(suite: Suite, options: readonly string[]): Promise<FinancialClient> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-conformance-'))
  const file = join(folder, 'keys.json')
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  writeFileSync(file, JSON.stringify({ keys: [key] }))
  const told = suite.command(['client', 'create', '--name', 'Bank', '--jwks', file, ...options, '--json'])
  rmSync(folder, { recursive: true })
  const { client_id } = JSON.parse(told) as { client_id: string } // the command's own answer
  const sign = (claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT({ iat: inSeconds(0), exp: inSeconds(120), ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
      .sign(privateKey)
  return {
    ...{ client_id, sign, redirect_uris: [callback] },
    ...{ registration_access_token: '', registration_client_uri: '' },
    assertion: async (at, claims = {}) => ({
      client_id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await sign({
        ...{ iss: client_id, sub: client_id, aud: at.issuer, jti: random() },
        ...claims,
      }),
    }),
  }
}

/** A key that tokens are bound to (RFC 9449). */
export interface Prover {
  privateKey: CryptoKey
  jwk: Record<string, unknown>
  nonce: string | undefined
}

export async function prover(): Promise<Prover> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)) }, nonce: undefined }
}

export const proofOf = (
  { privateKey, jwk, nonce }: Prover,
  at: { method: string; url: string; token?: string },
  spoiled: JWTPayload = {},
): Promise<string> =>
  new SignJWT({
    ...{ htm: at.method, htu: at.url, jti: random() },
    ...(nonce !== undefined && { nonce }),
    ...(at.token !== undefined && { ath: createHash('sha256').update(at.token).digest('base64url') }),
    ...{ iat: Math.floor(Date.now() / 1000) },
    ...spoiled,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .sign(privateKey)

/** Posts a form with a proof, once more where a nonce is wanted first. */
export async function provenPost(url: string, by: Prover, form: () => Promise<Parameters>): Promise<Answer> {
  const send = async () => post(url, null, await form(), { dpop: await proofOf(by, { method: 'POST', url }) })
  const first = await send()
  if (first.body.error !== 'use_dpop_nonce') return first
  by.nonce = first.headers.get('dpop-nonce') ?? undefined
  return send()
}

/** Pushes a request (RFC 9126). */
export const push = async (
  suite: Suite,
  client: FinancialClient,
  parameters: Parameters,
  claims?: JWTPayload,
): Promise<Answer> =>
  post(suite.endpoint('pushed_authorization_request_endpoint'), null, {
    ...(await client.assertion(suite, claims)),
    ...parameters,
  })

export interface Bank {
  client: FinancialClient
  by: Prover
  verifier: string
}

/** What a good pushed request holds. */
export const request = (client: Pick<FinancialClient, 'client_id'>, verifier: string): Parameters => ({
  ...{ client_id: client.client_id, response_type: 'code', redirect_uri: callback, scope: 'openid' },
  ...{ state: random(), nonce: random() },
  ...{ code_challenge: challengeOf(verifier), code_challenge_method: 'S256' },
})

/** Sends a browser with a pushed request; what came back. */
export async function followPushed(suite: Suite, client: FinancialClient, pushed: Answer) {
  const uri = String(pushed.body.request_uri)
  const [url] = authorizationUrl(suite, client, {
    ...{ request_uri: uri, response_type: undefined, redirect_uri: undefined, scope: undefined },
    ...{ state: undefined, nonce: undefined },
  })
  return follow(suite, url, {})
}
