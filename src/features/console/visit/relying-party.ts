import type * as Openid from 'openid-client'

import { epochSeconds, systemClock } from '../../../lib/clock.ts'
import type { Parts } from '../parts.ts'
import type { Pending, SignedIn } from './cookies.ts'
import { callback, signedOut } from './addresses.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'oidc'> & { ownClient(): Promise<string> }

export interface Begun {
  url: string
  pending: Pending
}

/** What a sign-in has to be: begun anew, where `again`, and as sure as `acr` says. */
export interface Demand {
  again: boolean
  acr: string | null
}

/**
 * Begins a sign-in to the console, as any application does (RFC 9700, section 2.1): a code, PKCE, and a state and nonce that
 * only this browser has.
 */
export async function beginSignIn(app: Machinery, returnTo: string, { again, acr }: Demand): Promise<Begun> {
  const openid = await import('openid-client')
  const configuration = await discover(app, await app.ownClient())
  const codeVerifier = openid.randomPKCECodeVerifier()
  const [state, nonce] = [openid.randomState(), openid.randomNonce()]
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: callback(app),
    scope: 'openid',
    code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...(again && { prompt: 'login' }),
    ...(acr !== null && { acr_values: acr }),
  })
  return { url: url.href, pending: { state, nonce, codeVerifier, returnTo, acr } }
}

/**
 * Redeems the code and verifies the ID token, its signature too (OpenID Connect Core 1.0, section 3.1.3.7). The access token
 * is not kept: nothing is done with it.
 *
 * @throws AuthorizationResponseError, ResponseBodyError: the provider refused.
 */
export async function finishSignIn(
  app: Machinery,
  { state, nonce, codeVerifier, acr: askedAcr }: Pending,
  { address, ip }: { address: URL; ip: string },
): Promise<SignedIn> {
  const openid = await import('openid-client')
  const clientId = await app.ownClient()
  const configuration = await discover(app, clientId, ip)
  const reply = await openid.authorizationCodeGrant(configuration, address, {
    pkceCodeVerifier: codeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const claims = reply.claims()
  if (!claims || reply.id_token === undefined) throw new Error('the provider gave no ID token')
  const { sid, auth_time: authTime, acr } = claims
  if (typeof sid !== 'string' || authTime === undefined) throw new Error('the ID token names no session')
  return {
    subject: claims.sub,
    clientId,
    sid,
    authTime,
    acr: typeof acr === 'string' ? acr : null,
    askedAcr,
    idToken: reply.id_token,
  }
}

/** Where the browser goes to sign out at the provider as well (RP-Initiated Logout 1.0, section 2). */
export function signOutUrl(app: Pick<Machinery, 'config'>, { idToken, clientId }: SignedIn): string {
  const asked = new URLSearchParams({
    id_token_hint: idToken,
    client_id: clientId,
    post_logout_redirect_uri: signedOut(app),
  })
  return `${app.config.issuer}/logout?${asked.toString()}`
}

/** The provider's metadata, asked of it inside this process; plain http only where the issuer itself is. */
async function discover(app: Machinery, clientId: string, ip?: string): Promise<Openid.Configuration> {
  const openid = await import('openid-client')
  const { issuer } = app.config
  const ask: Openid.CustomFetch = async (url, { method, headers, body }) =>
    app.oidc.fetchInside(url, {
      method,
      headers,
      ...(body !== undefined && body !== null && { body: String(body as URLSearchParams) }), // forms are all it sends
      ip,
    })
  const insecure = issuer.startsWith('http:') ? [allowHttp(openid)] : []
  const skew = epochSeconds(app.clock.now()) - epochSeconds(systemClock.now())
  return openid.discovery(new URL(issuer), clientId, { [openid.clockSkew]: skew }, openid.None(), {
    execute: [openid.enableNonRepudiationChecks, ...insecure],
    [openid.customFetch]: ask,
  })
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only that nobody uses it by accident
const allowHttp = (openid: typeof Openid) => openid.allowInsecureRequests

/** Whether the provider said no, rather than that something is broken. */
export async function isRefusal(error: unknown): Promise<boolean> {
  const { AuthorizationResponseError, ResponseBodyError } = await import('openid-client')
  return error instanceof AuthorizationResponseError || error instanceof ResponseBodyError
}
