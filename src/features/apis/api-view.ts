import { etagOf } from '../../platform/http/index.ts'
import type { ApiRecord } from './api.ts'
import type { ApiView } from './schema.ts'

/** An API as an administrator sees it. */
export const viewOf = (api: ApiRecord): ApiView => ({
  id: api.id,
  identifier: api.identifier,
  name: api.name,
  owner: { type: api.ownerType, id: api.ownerId },
  token_format: api.tokenFormat,
  signing_algorithm: api.signingAlgorithm,
  access_token_seconds: api.accessTokenSeconds,
  open_to: api.openTo,
  scopes: [...api.scopes],
  authorization_details_types: [...api.detailTypes],
  clients: api.clients.map(({ clientId, scopes }) => ({
    client_id: clientId,
    scopes: scopes && [...scopes],
  })),
  revision: api.revision,
  created_at: api.createdAt,
  updated_at: api.updatedAt,
})

/** What an auditor needs to judge a registration: who may have what. */
/** A validator of what an administrator sees. */
export const tagOf = (api: ApiRecord): string => etagOf(viewOf(api))

export const summaryOf = (api: ApiRecord): Record<string, unknown> => ({
  identifier: api.identifier,
  name: api.name,
  token_format: api.tokenFormat,
  signing_algorithm: api.signingAlgorithm,
  access_token_seconds: api.accessTokenSeconds,
  open_to: api.openTo,
  scopes: api.scopes,
  authorization_details_types: api.detailTypes,
  clients: api.clients,
})

export const listingOf = ({ identifier, name, token_format: format, open_to: openTo }: ApiView): string =>
  [identifier, name, `[${format}]`, `[open to ${openTo}]`].join('  ')

export function describeApi(api: ApiView): string {
  const listed = api.clients.map(
    ({ client_id: clientId, scopes }) => `  ${clientId}  ${scopes?.join(' ') ?? 'all scopes'}`,
  )
  const lines = [
    listingOf(api),
    `tokens     ${api.access_token_seconds} seconds, ${api.token_format === 'jwt' ? api.signing_algorithm : 'opaque'}`,
    'scopes',
    ...api.scopes.map(({ name, description }) => `  ${name}  ${Object.values(description)[0] ?? ''}`),
    `details    ${api.authorization_details_types.map(({ type }) => String(type)).join(' ') || 'none'}`,
    `clients    ${api.clients.length === 0 ? 'none listed' : ''}`,
    ...listed,
  ]
  return lines.map((line) => line.trimEnd()).join('\n')
}
