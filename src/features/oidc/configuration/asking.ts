import type { Client, KoaContextWithOIDC } from 'oidc-provider'

import type { AskingClient, Detail } from '../../apis/index.ts'

/** A client of the library as the APIs judge it. */
export const askingClient = (client: Client): AskingClient => ({
  id: client.clientId,
  firstParty: client.first_party === true,
  allowedScopes: Array.isArray(client.allowed_scopes) ? client.allowed_scopes.map(String) : null,
})

/** No person stands behind the request. */
export const isForItself = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.params?.grant_type === 'client_credentials'

/** The authorization details of a request; they were parsed before, where there are any. */
export function detailsAsked({ oidc }: KoaContextWithOIDC): Detail[] {
  const sent = oidc.params?.authorization_details
  return typeof sent === 'string' ? (JSON.parse(sent) as Detail[]) : [] // the library has looked at their shape
}
