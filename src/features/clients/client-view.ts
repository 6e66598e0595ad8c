import { displayHost } from './redirect-uris.ts'
import { type ClientRecord, typeOf } from './repository.ts'

/** A client as an operator may see it: everything but what its secrets hash to. */
export function viewOf(client: ClientRecord): Record<string, unknown> {
  return {
    client_id: client.id,
    client_name: client.name,
    type: typeOf(client),
    owner: { type: client.ownerType, id: client.ownerId },
    first_party: client.firstParty,
    development: client.development,
    enabled: client.enabled,
    disabled_at: client.disabledAt,
    expires_at: client.expiresAt,
    ...client.metadata,
    hosts: hostsOf(client),
    secrets: client.secrets.map(({ id, createdAt, expiresAt }) => ({
      id,
      created_at: createdAt,
      expires_at: expiresAt,
    })),
    version: client.version,
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  }
}

/** Where it can send people, as they should read it. */
const hostsOf = ({ metadata }: ClientRecord): string[] => [
  ...new Set(metadata.redirect_uris.map(displayHost)),
]
