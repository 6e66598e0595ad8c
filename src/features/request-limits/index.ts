/**
 * Request limits: how many requests a minute each caller of our own API has, by who they are and their highest role, and how
 * many of them are left while passwords are tried in bulk or most of what they ask for is refused.
 *
 * Owns no table and publishes nothing: counters live in Redis for all replicas together, or in the memory of each process.
 * `rates.ts` is the table. Floods of strangers are bounded by network (platform/limits).
 * Rules: OWASP ASVS 5.0, 2.4.1; draft-ietf-httpapi-ratelimit-headers-10; docs/decisions/0027-limits-by-role-and-bots.md.
 */
export { openRequestLimits, type RequestLimits, type WithRequestLimits } from './open.ts'
