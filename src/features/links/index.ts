/**
 * Links: values of 256 bits that are mailed to an address and prove, once, that who presents them can read its mail.
 *
 * Owns table `links`. No events. Each is bound to a purpose, a person and an address, is stored as SHA-256, and dies by
 * use, by age, or by a newer one of the same purpose. Looking changes nothing, so that a mail scanner may; only a POST
 * uses one up.
 * Rules: OWASP Forgot Password Cheat Sheet; OWASP ASVS 5.0, 6.4 and 6.6.
 */
export { createLink, type NewLink } from './create-link.ts'
export { errors as linkErrors } from './errors.ts'
export { findLink } from './find-link.ts'
export { jobs } from './jobs.ts'
export { type LinkPurpose, lifetimeSeconds } from './purposes.ts'
export { type LinkRecord, removeOfUser as removeLinksOfUser } from './repository.ts'
export { useFoundLink, useLink } from './use-link.ts'
export { withdrawLinks } from './withdraw-links.ts'
