import { type Client, errors } from 'oidc-provider'

import { mustBind } from '../../clients/index.ts'

/** Whether every access token of a client, as the library knows it, must be bound to a key. */
export const bindsTokens = ({
  profile,
  dpopBoundAccessTokens,
  tlsClientCertificateBoundAccessTokens,
}: Client): boolean =>
  mustBind({
    profile,
    dpop_bound_access_tokens: dpopBoundAccessTokens,
    tls_client_certificate_bound_access_tokens: tlsClientCertificateBoundAccessTokens,
  })

/**
 * The last look at an access token before it is signed: whatever grant it comes from, one that is bound to no key is never
 * given to a client whose tokens must be.
 */
export function refuseUnbound(
  client: Client | undefined,
  token: { jkt?: unknown; 'x5t#S256'?: unknown },
): void {
  if (!client || token.jkt !== undefined || token['x5t#S256'] !== undefined) return
  if (bindsTokens(client)) throw new errors.InvalidGrant('the tokens of this client must be bound to a key')
}
