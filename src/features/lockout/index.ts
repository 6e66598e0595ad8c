/**
 * Lockout: bounds the guessing of passwords without ever shutting the owner of an account out, and keeps what became of
 * each attempt to sign in.
 *
 * Owns tables `lockout_buckets`, `lockout_alarm`, `lockout_minutes`, `lockout_proofs`, `lockout_bot_minutes`,
 * `lockout_bot_alarms` and `login_events`, and the SQL functions `lockout_wanted`, `lockout_refusal` and `lockout_reserve`. Publishes `auth.sign_in.stopped` {userId} when unknown
 * devices may not try an account any more, `auth.alarm.raised` {failures, threshold}, and `auth.bots.suspected` {trigger, count, threshold} when other forms
 * are sent too often from everywhere. Reacts to `auth.password.changed`
 * by lifting what stands against that person.
 *
 * Every place that verifies a password does so inside `withinLimits` (a sign-in) or `guardedVerify` (somebody signed in).
 * Every other form that strangers may fill in bulk begins with `demandProof`; bots/ has what turns it on, and how.
 * `rules.ts` is the table of what is counted and how far.
 * Rules: NIST SP 800-63B-4, section 3.2.2; OWASP ASVS 5.0, 6.3.1 and 6.3.8; docs/decisions/0017-lockout.md and
 * docs/decisions/0027-limits-by-role-and-bots.md.
 */
export { networkFailures } from './buckets.ts'
export type { Challenge } from './bots/bot-defence.ts'
export { type Asked, demandProof, type Demanding, nextChallenge } from './bots/demand-proof.ts'
export { lockoutCommands } from './commands.ts'
export { errors as lockoutErrors } from './errors.ts'
export {
  concerned,
  disownLoginEvent,
  findLoginEvent,
  identifierOf,
  type LoginEvent,
  listLoginEventsOf,
  type LoginRisk,
  loginEventsOf,
  recordEventOf,
  recordEventUnder,
  recordLoginEvent,
} from './events/login-events.ts'
export { type LoginOutcome, removeOfUser as forgetLoginEventsOf } from './events/repository.ts'
export { guardedVerify } from './guarded-verify.ts'
export { jobs } from './jobs.ts'
export {
  liftByHand as liftLockoutByHand,
  liftLockout,
  standingsOf as lockoutStandingsOf,
} from './lift-lockout.ts'
export { viewOf as lockoutViewOf } from './standing-view.ts'
export { openLockout, type WithLockout } from './open.ts'
export { reactions } from './reactions.ts'
export { refuseThrottled, type SignInAttempt, withinLimits } from './within-limits.ts'
