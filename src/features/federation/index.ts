/**
 * Federation: people who sign in with an account elsewhere. Which identity providers there are and what each is known to
 * do (connectors), who may change that, for which domains one speaks, and what a person's account there means here.
 *
 * A person is known by the pair of the provider's issuer and their subject there, never by an e-mail address.
 *
 * Owns tables `identity_providers`, `provider_domains`, `upstream_requests`, `upstream_sign_ins`, `upstream_tokens` and
 * `upstream_logouts`. Every process keeps the providers in memory and hears of changes over the bus, topic `providers`.
 * Rules: OpenID Connect Core 1.0, section 5.7; RFC 9700, section 4.4; docs/decisions/0019-identity-providers.md.
 */
export { adminRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
export { authoritativeProviderOf, isAuthoritative } from './domains/repository.ts'
export { errors as federationErrors } from './errors.ts'
export { moveUpstream, returnUpstream } from './move-upstream.ts'
export { forgetPerson as forgetUpstreamOf } from './forget-person.ts'
export { type ForeignIdentity, listForeignIdentities } from './identities/foreign-identities.ts'
export {
  hasWayInNow,
  hasWayInWithoutPasskeys,
  otherWays,
  takeIdentity,
  wayInWith,
} from './identities/take-identity.ts'
export { hasWayIn } from './identities/ways-in.ts'
export { jobs } from './jobs.ts'
export { type Federation, openFederation, type WithFederation } from './open.ts'
export { pages } from './pages.ts'
export { domainOf, newcomerRefusal, type NewcomerRefusal } from './policy.ts'
export { provesEmail } from './proves-email.ts'
export { changeProvider } from './providers/change-provider.ts'
export { checkProvider, placeOf as providerPlaceOf } from './providers/check-provider.ts'
export { createProvider } from './providers/create-provider.ts'
export { deleteProvider } from './providers/delete-provider.ts'
export { listProviders } from './providers/find-providers.ts'
export { overlap as issuersOverlap } from './providers/issuers.ts'
export { keptSecretOf, openKeptSecret } from './providers/kept-secret.ts'
export { asksAgain } from './providers/asks-again.ts'
export type { ProviderRecord } from './providers/provider.ts'
export { mostProviders, NewProvider } from './providers/schema.ts'
export { beginIdToken, beginRequest } from './requests/begin-request.ts'
export { browserOf } from './requests/browser-cookie.ts'
export { findOffer, makeOffer, type Offer, takeOffer } from './requests/offers.ts'
export type { Outcome } from './requests/outcome.ts'
export { endOfUser as endUpstreamRequestsOf, type RequestRecord } from './requests/repository.ts'
export { peekRequest, useNonce, useRequest } from './requests/use-request.ts'
export { readLogout, takeLogout } from './sign-ins/receive-logout.ts'
export { insert as recordUpstreamSignIn } from './sign-ins/repository.ts'
export { keepTokens, readTokens } from './tokens/kept-tokens.ts'
export { remove as forgetTokens } from './tokens/repository.ts'
export type { UpstreamAnswer } from './upstream/answer.ts'
export { proveByToken } from './upstream/prove-by-token.ts'
export type { UpstreamLogout } from './upstream/verify-tokens.ts'
