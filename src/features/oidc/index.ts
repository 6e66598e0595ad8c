/**
 * OpenID Provider: authorization, tokens, userinfo, introspection, revocation, logout, discovery and keys.
 *
 * Owns tables `oidc_payloads`, `device_codes`, `oidc_polls` and `backchannel_requests`. Publishes `auth.refresh.reused`; sessions that begin and end are announced by features/sessions.
 * The library does the protocol's syntax; here is what it leaves open: storage that is atomic, tokens that can be ended at
 * once, who is admitted (docs/decisions/0012-provider.md).
 * Rules: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 6749, 7009, 7636, 7662, 8414, 8707, 9068,
 * 8628, 9126, 9207, 9700; Client-Initiated Backchannel Authentication Core 1.0 (`ciba/`).
 */
export type { AskingDevice } from './device/device-code.ts'
export type { BrowserSession } from './browser-session.ts'
export type { CallingClient } from './calling-client.ts'
export type { AskedApiScope, Ending, Interaction, Interactions } from './interaction.ts'
export { type Oidc, openOidc, type WithOidc } from './open.ts'
export { demandScope } from './native/demand-scope.ts'
export { nativeErrors, refusedAs } from './native/errors.ts'
export type { Native, PresentedClient } from './native/open.ts'
export { NativeTokens } from './native/tokens.ts'
export { jobs } from './storage/jobs.ts'
export { removeOfSubjects as forgetSubjects } from './storage/repository.ts'
export { approveRequest, type Deciding, denyRequest } from './ciba/decide.ts'
export { jobs as authenticationRequestJobs } from './ciba/jobs.ts'
export { listWaitingRequests, type WaitingRequest } from './ciba/list-requests.ts'
export {
  listOfUser as listRequestsOf,
  removeOfUser as forgetAuthenticationRequestsOf,
} from './ciba/repository.ts'
