import type { KnewBoth } from '../../merging/index.ts'
import type { Parts } from '../parts.ts'

export interface NamedClient {
  clientId: string
  name: string | null
}

/** The applications that know both accounts, by name. */
export const nameClients = (
  { clients }: Pick<Parts, 'clients'>,
  both: readonly KnewBoth[],
): Promise<NamedClient[]> =>
  Promise.all(
    both.map(async ({ clientId }) => ({ clientId, name: (await clients.get(clientId))?.name ?? null })),
  )
