/**
 * Registration: applications that register themselves, and change and end what they registered.
 *
 * Owns tables `registration_tokens` and `client_registrations`; the clients belong to features/clients, which checks them.
 * Rules: RFC 7591; RFC 7592; OpenID Connect Dynamic Client Registration 1.0; docs/decisions/0037-registration.md.
 */
export { adminRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
export { createInitialToken, revokeInitialToken, type WantedToken } from './initial-tokens.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
