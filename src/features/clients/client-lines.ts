import type { ClientView } from './management/schema.ts'

/** What is registered has a type of its own for each field; of these it is known. */
export type ShownClient = ClientView & {
  pkce_exempt?: boolean
  token_endpoint_auth_method?: string
  grant_types?: string[]
  redirect_uris?: string[]
}

/** A client in a line of a list. */
export const listingOf = (client: ShownClient): string =>
  [client.client_id, client.client_name, ...marksOf(client)].join('  ')

function marksOf(client: ShownClient): string[] {
  const { enabled, first_party: firstParty, owner, development } = client
  const marks = [
    { on: !enabled, mark: '[disabled]' },
    { on: firstParty, mark: '[first-party]' },
    { on: owner.type === 'self', mark: '[self-registered]' },
    { on: development, mark: '[development]' },
    { on: client.pkce_exempt === true, mark: '[without PKCE]' },
  ]
  return marks.filter(({ on }) => on).map(({ mark }) => mark)
}

/** A client for a person at a terminal. */
export function describeClient(client: ShownClient): string {
  const lines = [
    listingOf(client),
    `authenticates by  ${client.token_endpoint_auth_method ?? ''}`,
    `grants            ${(client.grant_types ?? []).join(' ')}`,
    `redirects to      ${client.hosts.join(' ')}`,
    ...(client.redirect_uris ?? []).map((uri) => `  ${uri}`),
    ...client.secrets.map(({ created_at: at, expires_at: until }) => {
      const end = until === null ? '' : `, works until ${String(until)}`
      return `secret            made ${String(at)}${end}`
    }),
  ]
  return lines.join('\n')
}
