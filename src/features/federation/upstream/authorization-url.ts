import * as openid from 'openid-client'

import { provesFreshness } from '../connectors/freshness.ts'
import type { ProviderClient } from './provider-client.ts'
import type { RequestSecrets } from './request-secrets.ts'

export interface Asking {
  state: string
  secrets: RequestSecrets
  redirectUri: string
  /** The person is to sign in there again. */
  fresh: boolean
}

/** Where the browser goes to sign in at a provider (OpenID Connect Core 1.0, section 3.1.2.1; RFC 7636, section 4.3). */
export async function authorizationUrl(
  { connector, options, place, configuration }: ProviderClient,
  { state, secrets, redirectUri, fresh }: Asking,
): Promise<string> {
  const scopes = Array.isArray(options.scopes) ? options.scopes : connector.scopes
  const openidScopes =
    place.protocol === 'oidc' && !scopes.includes('openid') ? ['openid', ...scopes] : scopes
  return openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: openidScopes.join(' '),
    state,
    ...(connector.responseMode && { response_mode: connector.responseMode }),
    ...(connector.nonce && { nonce: secrets.nonce }),
    ...(connector.pkce && {
      code_challenge: await openid.calculatePKCECodeChallenge(secrets.codeVerifier),
      code_challenge_method: 'S256',
    }),
    ...connector.parameters?.(options),
    ...(fresh && {
      ...connector.reauthentication,
      ...(provesFreshness(options, connector) && { max_age: '0' }),
    }),
  }).href
}
