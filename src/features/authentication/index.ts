/**
 * Authentication: the pages on which a person signs in, registers and consents, and the one decision of what comes next; how
 * an address is proven and a forgotten password replaced; and the same for our own applications as JSON (`native/`, POST
 * /auth/…).
 *
 * Owns tables `sign_in_attempts`, `enrolment_offers`, `sign_in_mails` and `sign_in_code_tries`; reads `links`, for what waits for one. Steps never
 * send a person to each other: each records what it proved and returns to
 * `resume.ts`, where `next-step.ts` decides.
 * Rules: OpenID Connect Core 1.0, sections 3.1.2.3 and 3.1.2.4; NIST SP 800-63B-4; OWASP ASVS 5.0, 6.3.
 */
export { csrfToken, demandCsrfToken } from './csrf.ts'
export { errors as authenticationErrors } from './errors.ts'
export { type Linked, linkProven } from './federated/connect/connect.ts'
export { noteUse as noteFederatedUse } from './federated/enter.ts'
export { type ProviderShown, providersShown } from './federated/providers-shown.ts'
export { type FormProblem, formProblem, keyTexts, sentTexts } from './form-problem.ts'
export { jobs } from './jobs.ts'
export { pages } from './pages.ts'
export { removeOfUser as forgetAttemptsOf } from './repository.ts'
export { removeOfUser as forgetSignInMailsOf } from './sign-in-by-mail/repository.ts'
export { passwordText } from './register/refused-fields.ts'
export { answerIn, enabledProvider } from './native/federated.routes.ts'
export { routes } from './native/routes.ts'
export { FederatedProof } from './native/schema.ts'
export { changePassword, type Changing, type PasswordChange } from './password/change-password.ts'
export { completeReset } from './recovery/complete-reset.ts'
export { requestReset, sendReset } from './recovery/request-reset.ts'
export { resendVerification } from './verification/request-verification.ts'
export { type Maker, verifyEmail } from './verification/verify-email.ts'
