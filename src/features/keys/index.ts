/**
 * Keys: what tokens are signed with, from making to destroying them, and how every process learns of it.
 *
 * Owns table `signing_keys`. Publishes `auth.key.rotated`, `auth.key.revoked`. The states and how long each lasts are in
 * life-cycle.ts; docs/decisions/0007-signing-keys.md says why.
 * Rules: RFC 7517; RFC 7638; OpenID Connect Core 1.0, section 10.1.1; RFC 8725, section 3.
 */
export { adminRoutes } from './admin.routes.ts'
export { commands, type KeyCommandParts } from './commands.ts'
export { examineKeys, type KeyFinding } from './examine-keys.ts'
export { jobs } from './jobs.ts'
export { type KeyRing, openKeyRing, type VerificationKey, type WithKeys } from './key-ring.ts'
export { jwksCacheSeconds, keepRetiredSeconds, type KeyState, ripeAfterSeconds } from './life-cycle.ts'
export { type KeyAge, showKeyAges } from './key-ages.ts'
export { type KeyListing, listKeys } from './list-keys.ts'
export { revokeEveryKey, revokeKey } from './revoke-key.ts'
export { rewrapKeys } from './rewrap-keys.ts'
export { rotateKeys, type Rotation } from './rotate-keys.ts'
