import type { ClientMetadata } from '../../../clients/index.ts'
import type { PresentedToken } from './presented-token.ts'

type Registered = Pick<ClientMetadata, 'exchange_from' | 'exchange_to' | 'exchange_impersonation'>

/** What a client may exchange: nothing, unless its registration says so. */
export interface Policy {
  mayTake(token: Pick<PresentedToken, 'clientId' | 'audience'>): boolean
  /** Audiences it may exchange for. */
  targets: readonly string[]
  mayImpersonate: boolean
}

/** What stands in a client's registration for its own tokens, since it has no id before. */
const self = 'self'

export function policyOf({ id, metadata }: { id: string; metadata: Registered }): Policy {
  const sources = new Set((metadata.exchange_from ?? []).map((source) => (source === self ? id : source)))
  return {
    mayTake: ({ clientId, audience }) => sources.has(clientId) || sources.has(audience),
    targets: metadata.exchange_to ?? [],
    mayImpersonate: metadata.exchange_impersonation === true,
  }
}
