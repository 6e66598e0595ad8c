import type { ApiRecord } from './api.ts'

/** What of a client decides what it may ask for. */
export interface AskingClient {
  id: string
  firstParty: boolean
  /** Everything it may ask for anywhere; null: no limit. */
  allowedScopes: readonly string[] | null
}

/**
 * Which scopes of an API a client may ask for; null when it may not ask for its tokens at all. `forItself`: no person stands
 * behind the request who could consent.
 */
export function permittedScopes(
  api: Pick<ApiRecord, 'openTo' | 'clients' | 'scopes'>,
  client: AskingClient,
  forItself: boolean,
): string[] | null {
  const listed = api.clients.find(({ clientId }) => clientId === client.id)
  if (!listed && !isOpenTo(api.openTo, client, forItself)) return null
  return api.scopes
    .map(({ name }) => name)
    .filter((name) => !listed?.scopes || listed.scopes.includes(name))
    .filter((name) => !client.allowedScopes || client.allowedScopes.includes(name))
}

function isOpenTo(openTo: ApiRecord['openTo'], { firstParty }: AskingClient, forItself: boolean): boolean {
  if (openTo === 'listed') return false
  return firstParty || (openTo === 'all' && !forItself)
}
