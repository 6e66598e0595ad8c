/**
 * Logout: how relying parties learn that a session has ended, by our own call (back channel) and through the person's browser
 * (front channel).
 *
 * Owns no table: what is to be told waits in features/deliveries. Reacts to `auth.session.ended`, `auth.refresh.reused`,
 * `auth.consent.withdrawn` and `auth.user.deleted`; reads sessions, clients and subjects.
 * Rules: OpenID Connect Back-Channel Logout 1.0; OpenID Connect Front-Channel Logout 1.0; docs/decisions/0038-logout-propagation.md.
 */
export { commands } from './commands.ts'
export { type FrontChannelFrame, frontChannelFrames } from './front-channel.ts'
export { logoutChannel, signingKey as signingKeyFor } from './back-channel.ts'
export { reactions } from './reactions.ts'
export { subjectAt } from './repository.ts'
