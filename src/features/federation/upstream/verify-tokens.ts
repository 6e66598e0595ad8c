import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'

import { asymmetricAlgorithms } from '../../../lib/asymmetric-algorithms.ts'
import { sha256, sha256Hex } from '../../../platform/crypto/index.ts'
import { toAnswer, type UpstreamAnswer } from './answer.ts'
import { askProfile, get } from './ask-profile.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { discover, type Machinery, type ProviderClient } from './provider-client.ts'
import { untrusted } from './untrusted.ts'

const Audiences = z.object({ audiences: z.array(z.string()).optional() })

/** The keys a provider signs its tokens with. @throws upstream_answer_invalid (502): it publishes none. */
async function keysOf(app: Machinery, client: ProviderClient): Promise<JWTVerifyGetKey> {
  const { held, place, issuer, metadata } = client
  if (held.keys) return held.keys
  const fetch = guardedFetch(app.outbound)
  const elsewhere = place.protocol === 'oauth2'
  if (elsewhere && !place.idTokens) throw untrusted('the provider signs no tokens')
  const about = elsewhere ? await discover(issuer, fetch) : metadata
  if (about.issuer !== issuer) throw untrusted('the metadata names another issuer')
  if (about.jwks_uri === undefined) throw untrusted('the provider publishes no keys')
  const address = new URL(about.jwks_uri)
  return (held.keys = createRemoteJWKSet(address, {
    [customFetch]: (url, asked) => fetch(url, plain(asked)),
  }))
}

const plain = ({ method, headers, signal }: { method: string; headers: Headers; signal: AbortSignal }) => ({
  body: undefined,
  method,
  headers: Object.fromEntries(headers.entries()),
  redirect: 'manual' as const,
  signal,
})

/** Every client id of ours at a provider. */
const audiencesOf = ({ provider, options }: ProviderClient): string[] => [
  provider.clientId,
  ...(Audiences.parse(options).audiences ?? []),
]

async function verify(
  app: Machinery,
  client: ProviderClient,
  token: string,
  more: { maxTokenAge: number; typ?: string },
): Promise<JWTPayload> {
  const { issuer } = client
  const { payload } = await jwtVerify(token, await keysOf(app, client), {
    algorithms: [...asymmetricAlgorithms],
    audience: audiencesOf(client),
    ...(!issuer.includes('{') && { issuer }), // else the connector compares it with the tenant's
    requiredClaims: ['iss', 'iat', 'exp', 'sub'],
    clockTolerance: 30,
    ...more,
  })
  const { aud, azp } = payload
  if (Array.isArray(aud) && aud.length > 1 && !audiencesOf(client).includes(String(azp)))
    throw untrusted('the token is for several, and not ours first') // OpenID Connect Core 1.0, section 3.1.3.7
  return payload
}

/** Seconds since its issue that an ID token is taken for: an application brings it at once. */
const idTokenSeconds = 600

/**
 * What an ID token says that an application of ours got from the provider itself. It must be issued to a client of ours
 * (CASES FD-09), and for this very nonce: in clear, or as the SHA-256 that applications send to Apple.
 *
 * @throws whatever jose and the guarded client throw, and upstream_answer_invalid; see `upstreamProblem`.
 */
export async function verifyIdToken(
  app: Machinery,
  client: ProviderClient,
  { idToken, nonce }: { idToken: string; nonce: string },
): Promise<UpstreamAnswer> {
  const payload = await verify(app, client, idToken, { maxTokenAge: idTokenSeconds })
  const hashed = [sha256Hex(nonce), sha256(nonce).toString('base64url')]
  if (typeof payload.nonce !== 'string' || ![nonce, ...hashed].includes(payload.nonce))
    throw untrusted('the ID token was made for another nonce')
  if (client.place.protocol === 'oidc') return toAnswer(client, payload, null)
  const { sub, given_name: first, family_name: last, ...said } = payload // Limited Login, by the names of the Graph API
  return toAnswer(client, { ...said, id: sub, first_name: first, last_name: last }, null)
}

const Debugged = z.object({
  data: z.object({ app_id: z.string().optional(), is_valid: z.boolean() }), // of a token that it does not know: only that
})

/**
 * What an access token says that an application of ours got from Facebook: whose it is, where it was issued to us. One of
 * another application would sign anybody in who ever used that (RFC 6819, section 4.4.2.6; CASES FD-09).
 */
export async function verifyAccessTokenOf(
  app: Machinery,
  client: ProviderClient,
  accessToken: string,
): Promise<UpstreamAnswer> {
  const { place, provider, secret } = client
  if (place.protocol !== 'oauth2' || place.profile.debugUrl === undefined)
    throw untrusted('the provider cannot say whom a token was issued to')
  const address = new URL(place.profile.debugUrl)
  address.searchParams.set('input_token', accessToken)

  const { data } = Debugged.parse(await get(app, address.href, `${provider.clientId}|${secret ?? ''}`))
  if (!data.is_valid || data.app_id !== provider.clientId)
    throw untrusted('the access token was issued to another application')
  return toAnswer(client, await askProfile(app, client, place.profile, accessToken), null)
}

const LogoutClaims = z.object({
  iss: z.string(),
  sub: z.string().optional(),
  sid: z.string().optional(),
  jti: z.string().min(1).max(500),
  events: z.looseObject({ 'http://schemas.openid.net/event/backchannel-logout': z.looseObject({}) }),
  nonce: z.undefined().optional(),
})

/** What a provider says has ended there. */
export interface UpstreamLogout {
  issuer: string
  subject: string | null
  sid: string | null
  jti: string
}

/** Seconds since its issue that a logout token is taken for. */
const logoutTokenSeconds = 300

/**
 * Checks a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).
 *
 * @throws whatever jose and the guarded client throw, and upstream_answer_invalid.
 */
export async function verifyLogoutToken(
  app: Machinery,
  client: ProviderClient,
  token: string,
): Promise<UpstreamLogout> {
  const { issuer } = client
  const { payload, protectedHeader } = await jwtVerify(token, await keysOf(app, client), {
    algorithms: [...asymmetricAlgorithms],
    audience: audiencesOf(client),
    ...(!issuer.includes('{') && { issuer }),
    requiredClaims: ['iss', 'iat', 'jti', 'events'],
    clockTolerance: 30,
    maxTokenAge: logoutTokenSeconds,
  })
  const { typ } = protectedHeader
  if (typ !== undefined && !/^(logout\+jwt|JWT)$/i.test(typ)) throw untrusted('this is no logout token')
  const claims = LogoutClaims.safeParse(payload)
  if (!claims.success) throw untrusted('this is no logout token')
  const { iss, sub = null, sid = null, jti } = claims.data
  if (sub === null && sid === null) throw untrusted('the logout token names nobody')
  return { issuer: issuer.includes('{') ? iss : issuer, subject: sub, sid, jti }
}
