/**
 * Portal: what a person does with their own account, as JSON below `/users/me` (access token) and as pages below
 * `/account` (the browser session of the provider). Both are the same use cases. Reading and changing oneself at /users/me
 * and /profile/me belongs to features/accounts.
 *
 * Owns no table. Publishes `auth.user.erased` and `auth.sign_in.disowned` {userId, signInId}. Reacts to `auth.user.deleted` by erasing what every feature keeps about the
 * person, in one transaction.
 * Rules: OWASP ASVS 5.0, 7.4 and 7.5; RFC 9470; docs/decisions/0018-self-service.md.
 */
export { jobs } from './jobs.ts'
export { pages } from './pages.ts'
export { reactions } from './reactions.ts'
export { routes } from './routes.ts'
