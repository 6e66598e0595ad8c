import type { ClientRecord } from './repository.ts'

/**
 * Scopes of our own that a client uses for itself, by client credentials: shared signals (CAEP Interoperability Profile 1.0,
 * section 2.7.3) and ending what a person has.
 */
export const serviceScopes = ['ssf.read', 'ssf.manage', 'global_token_revocation'] as const
export type ServiceScope = (typeof serviceScopes)[number]

/** No limit is no permission: only those that are named among what the client may ask for. */
export const serviceScopesIn = (allowed: readonly string[] | null): ServiceScope[] =>
  serviceScopes.filter((scope) => allowed?.includes(scope))

/** What an operator has let a client do. One that registered itself was let do none of it, whatever it asked for. */
export const serviceScopesOf = ({ ownerType, metadata }: ClientRecord): ServiceScope[] =>
  ownerType === 'self' ? [] : serviceScopesIn(metadata.allowed_scopes ?? null)
