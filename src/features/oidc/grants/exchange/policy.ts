import type { ClientMetadata } from '../../../clients/index.ts'
import type { PresentedToken } from './presented-token.ts'

type Registered = Pick<ClientMetadata, 'exchange_from' | 'exchange_to' | 'exchange_impersonation'>

/** What a client may exchange: nothing, unless its registration says so. */
export interface Policy {
  /**
   * A token that is bound to a key is taken by whom it is for, and by nobody else: they alone were shown the proof of the key when it
   * was presented to them. Whoever else has it may have stolen it, and would get one that needs no proof (RFC 9700, section 2.2.1).
   * The client it was issued to has the key, and gets tokens for other audiences by its grant.
   */
  mayTake(token: Pick<PresentedToken, 'clientId' | 'audience' | 'bound'>): boolean
  /** Audiences it may exchange for. */
  targets: readonly string[]
  mayImpersonate: boolean
}

/** What stands in a client's registration for its own tokens, since it has no id before. */
const self = 'self'

export function policyOf({ id, metadata }: { id: string; metadata: Registered }): Policy {
  const sources = new Set((metadata.exchange_from ?? []).map((source) => (source === self ? id : source)))
  return {
    mayTake: ({ clientId, audience, bound }) =>
      bound ? clientId !== id && sources.has(audience) : sources.has(clientId) || sources.has(audience),
    targets: metadata.exchange_to ?? [],
    mayImpersonate: metadata.exchange_impersonation === true,
  }
}
