/**
 * Lost factors: what somebody does who can prove no second factor any more. They ask for theirs to be removed, wait while the
 * owner of the account is told and may call it off, and carry it out in a later sign-in; or an administrator removes them.
 *
 * Owns table `factor_resets`. Publishes `auth.factor_reset.requested` and `auth.factor_reset.restarted` {resetId, readyAt},
 * `auth.factor_reset.cancelled` {resetId, because} and `auth.factor_reset.completed` {resetId}. Reacts to changes of somebody's own
 * factors by calling off what is under way.
 * Rules: NIST SP 800-63B-4, section 4.2; OWASP ASVS 5.0, 6.4.4; docs/decisions/0029-lost-factors.md.
 */
export {
  cancelByLink,
  cancelIn as cancelFactorReset,
  cancelOwnFactorReset,
  mayCancelBy,
} from './cancel-factor-reset.ts'
export { completeFactorReset, type Together } from './complete-factor-reset.ts'
export { errors as factorResetErrors } from './errors.ts'
export { jobs } from './jobs.ts'
export { cancelPath, tellEnded as tellFactorReset } from './letters.ts'
export { reactions } from './reactions.ts'
export { removeSecondFactors } from './remove-second-factors.ts'
export {
  type FactorReset,
  findLive as findFactorReset,
  removeOfUser as forgetFactorResetsOf,
} from './repository.ts'
export { requestFactorReset, restartFactorReset } from './request-factor-reset.ts'
