/**
 * Consents: what each person let each client have, remembered so that they are asked once and can take it back.
 *
 * Owns table `consents`. Publishes `auth.consent.granted` and `auth.consent.withdrawn`.
 * Rules: OpenID Connect Core 1.0, section 3.1.2.4; RFC 6749, section 10.16.
 */
export { claimOf, consentToClaim } from './claims.ts'
export { errors as consentErrors } from './errors.ts'
export { type MovedConsents, moveConsents, returnConsents } from './move-consents.ts'
export { rememberConsent } from './remember-consent.ts'
export {
  type ConsentRecord,
  listLive as listConsents,
  removeOfUser as forgetConsentsOf,
  scopes as consentedScopes,
} from './repository.ts'
export { withdrawConsent, withdrawConsentsOfUser, withdrawConsentWithin } from './withdraw-consent.ts'
