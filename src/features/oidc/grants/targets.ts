import type { KoaContextWithOIDC, ResourceServer } from 'oidc-provider'

/** What an access token of our own grants is for; what a client may name is decided before. */
export type Targets = (ctx: KoaContextWithOIDC, audience: string) => Promise<ResourceServer>

/**
 * A token for an audience that an operator has named in a client's registration is like one for our own API but for its
 * audience: the same scopes, which are all about the person, the same life, the same signature.
 */
export const targetsLike =
  (own: (ctx: KoaContextWithOIDC) => ResourceServer): Targets =>
  async (ctx, audience) => ({ ...own(ctx), audience })
