/**
 * Revocations: what ends an access token before its time, known to every replica within a second.
 *
 * Owns table `revocations`. Every row is pushed by LISTEN/NOTIFY into the memory of each replica; a replica whose
 * channel is not proven fresh reads Postgres instead, and refuses when it cannot (docs/decisions/0004-revocation.md).
 */
export { openRevocationFeed, type RevocationFeed, type TokenFacts, type WithRevocations } from './feed.ts'
export { jobs } from './jobs.ts'
export { type Revocation, revoke } from './revoke.ts'
