/**
 * Risk: what is unusual about a sign-in whose person has proven who they are, as a number with its reasons, and what follows:
 * nothing, word to its person, a second factor, or a refusal.
 *
 * Owns no table; reads `login_events`, `lockout_buckets` and `devices`, all in one statement. Publishes `auth.sign_in.unusual`
 * {userId, signInId, verdict, score, reasons}. `reasons.ts` is the table of what counts how much.
 * Rules: NIST SP 800-63B-4, section 3.2.2; OWASP ASVS 5.0, 6.3.5; docs/decisions/0026-risk.md.
 */
export { type AssessedSignIn, assessSignIn, refusedSignIn, type SignInFacts } from './assess-sign-in.ts'
export { openRisk, type WithRisk } from './open.ts'
export { type Assessment, type Reason, reasonsOf, type Verdict } from './reasons.ts'
export { announceUnusual, riskDetails } from './record-assessment.ts'
