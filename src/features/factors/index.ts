/**
 * Factors: what proves a person a second time, beside what they sign in with. Authenticator apps (TOTP), codes that are sent,
 * and recovery codes for the day on which the rest is lost. Passkeys and security keys are kept in features/passkeys.
 *
 * A code is looked at by `verifyTotp`, `verifyCode` (of one that `sendCode` sent) or `verifyRecoveryCode`, which count the try, and used up by `useFactor` in the
 * transaction of whatever it proves.
 *
 * Owns tables `factors`, `recovery_codes`, `factor_codes` and `factor_tries`. Publishes `auth.factor.added` and `auth.factor.removed`
 * {factorId, kind}, `auth.recovery_codes.regenerated` {first} and `auth.recovery_code.used` {left}.
 * Rules: RFC 6238; RFC 4226; NIST SP 800-63B-4, sections 3.1.2, 3.1.4 and 3.2.2; docs/decisions/0024-second-factors.md and
 * docs/decisions/0025-codes-sent.md.
 */
export type { CodePurpose, SentKind } from './codes/code.ts'
export { mayUseMail, offersSms } from './codes/destination.ts'
export {
  beginMail,
  beginSms,
  type Begun,
  confirmSent,
  findBegun,
  listSentFactors,
  type Reachable,
} from './codes/enrol-sent.ts'
export { type Asking, sendCode, type Sent } from './codes/send-code.ts'
export { verifyCode } from './codes/verify-code.ts'
export { tellPhones } from './codes/tell-phones.ts'
export { commands } from './commands.ts'
export { errors as factorErrors } from './errors.ts'
export type { Factor, FactorKind, ProvenCode, UnprovenCode } from './factor.ts'
export { jobs } from './jobs.ts'
export { reactions } from './reactions.ts'
export { firstRecoveryCodes } from './recovery/first-recovery-codes.ts'
export { makeRecoveryCodes } from './recovery/make-recovery-codes.ts'
export { verifyRecoveryCode } from './recovery/verify-recovery-code.ts'
export { forgetFactorsOf, removeAllFactors, removeFactor } from './remove-factor.ts'
export { renameFactor } from './rename-factor.ts'
export {
  factorsOf,
  type FactorsOf,
  list as listFactors,
  move as moveFactors,
  moveBack as returnFactors,
} from './repository.ts'
export { FactorName } from './schema.ts'
export { beginTotp, confirmTotp, type Enrolment, findEnrolment } from './totp/enrol-totp.ts'
export { importTotp, readSeed, opensTotp } from './totp/import-totp.ts'
export { svgOf } from './totp/qr-code.ts'
export { verifyTotp } from './totp/verify-totp.ts'
export { useFactor } from './use-factor.ts'
