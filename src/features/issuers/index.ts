/**
 * Trusted issuers: others whose signed assertions about a person a client may hand in for an access token (RFC 7523,
 * section 2.1), for which clients, and how far their word goes. What an assertion must say is checked in features/oidc.
 *
 * Owns table `trusted_issuers`. No events.
 * Rules: RFC 7521, section 5; RFC 7523, section 3; docs/decisions/0033-token-exchange-and-assertions.md.
 */
export { addIssuer } from './add-issuer.ts'
export { commands } from './commands.ts'
export { errors as trustedIssuerErrors } from './errors.ts'
export { removeIssuer } from './remove-issuer.ts'
export { find as findTrustedIssuer, type TrustedIssuer } from './repository.ts'
export { NewIssuer } from './schema.ts'
