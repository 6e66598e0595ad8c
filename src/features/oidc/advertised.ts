import type { App } from '../../platform/app.ts'
import { documentsAllowed, serviceScopes } from '../clients/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { scopes } from './configuration/claims.ts'

/** What is advertised of ways in that an operator may open and close while the service runs (RFC 8414, section 2). */
export async function advertised(
  app: Pick<App, 'config'> & WithSettings,
): Promise<Record<string, string | boolean>> {
  const [registering, documents] = await Promise.all([
    app.settings.get('registration.clients'),
    documentsAllowed(app),
  ])
  return {
    ...(registering !== 'closed' && { registration_endpoint: `${app.config.issuer}/register` }),
    global_token_revocation_endpoint: `${app.config.issuer}/global-token-revocation`,
    ...(documents && { client_id_metadata_document_supported: true }),
  }
}

/** Our own JSON API, as a client that was refused there finds out how to get a token for it (RFC 9728, section 2). */
export const protectedResource = ({ config: { issuer } }: Pick<App, 'config'>): object => ({
  resource: issuer,
  authorization_servers: [issuer],
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  scopes_supported: [...scopes, ...serviceScopes],
  bearer_methods_supported: ['header'],
  resource_name: 'Gatehouse',
  resource_documentation: `${issuer}/docs`,
})
