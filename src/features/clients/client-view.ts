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

/** One line of a list. */
export function listingOf(client: ClientRecord): string {
  return [client.id, client.name, ...marksOf(client)].join('  ')
}

function marksOf({ enabled, firstParty, ownerType, development, metadata }: ClientRecord): string[] {
  const marks = [
    { on: !enabled, mark: '[disabled]' },
    { on: firstParty, mark: '[first-party]' },
    { on: ownerType === 'self', mark: '[self-registered]' },
    { on: development, mark: '[development]' },
    { on: metadata.pkce_exempt, mark: '[without PKCE]' },
  ]
  return marks.filter(({ on }) => on).map(({ mark }) => mark)
}

export function describeClient(client: ClientRecord): string {
  const { metadata, secrets } = client
  const lines = [
    listingOf(client),
    `authenticates by  ${metadata.token_endpoint_auth_method}`,
    `grants            ${metadata.grant_types.join(' ')}`,
    `redirects to      ${hostsOf(client).join(' ')}`,
    ...metadata.redirect_uris.map((uri) => `  ${uri}`),
    ...secrets.map(({ createdAt, expiresAt }) => {
      const end = expiresAt === null ? '' : `, works until ${expiresAt.toISOString()}`
      return `secret            made ${createdAt.toISOString()}${end}`
    }),
  ]
  return lines.join('\n')
}
