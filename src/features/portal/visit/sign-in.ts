import { randomToken, sha256 } from '../../../platform/crypto/index.ts'
import type { PageReply } from '../../../platform/http/index.ts'
import type { Parts } from '../parts.ts'
import { callback } from './callback.ts'
import type { Place } from './places.ts'

/** What the pages work with besides the parts: the client they sign people in with. */
export interface Portal extends Parts {
  ownClient(): Promise<string>
}

/**
 * Sends the browser to sign in, by the same request any application makes; it comes back to `place`. `again` asks for a
 * proof although somebody is signed in, `acr` for a level that the sign-in is to reach.
 *
 * The code that comes back is not redeemed: what the pages go by is the provider's own session, which the sign-in has made
 * by then. Nobody knows the verifier of the challenge, so the code is worth nothing to anybody (RFC 7636, section 4.6).
 */
export async function signIn(
  portal: Portal,
  place: Place,
  again = false,
  acr: string | null = null,
): Promise<PageReply> {
  const request = new URLSearchParams({
    client_id: await portal.ownClient(),
    response_type: 'code',
    redirect_uri: callback(portal),
    scope: 'openid',
    state: place,
    code_challenge: sha256(randomToken()).toString('base64url'),
    code_challenge_method: 'S256',
    ...(again && { prompt: 'login' }),
    ...(acr !== null && { acr_values: acr }),
  })
  return { redirect: `${portal.config.issuer}/authorize?${request.toString()}` }
}
