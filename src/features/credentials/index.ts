/**
 * Credentials: passwords, how they are hashed, verified and judged. Apart from accounts, so that nothing that lists or
 * shows people can reach a hash.
 *
 * Owns table `user_credentials`. Publishes `auth.password.changed`.
 *
 * Rules: NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2; RFC 9106; docs/decisions/0008-passwords.md.
 */
export { checkPassword, minimumLength, type PasswordProblem, passwordProblems } from './check-password.ts'
export type { PasswordHash } from './hashing.ts'
export { type BreachedPasswords, openBreachedPasswords } from './breached-passwords.ts'
export { readForeignHash } from './foreign/forms.ts'
export { foreign as foreignHash } from './foreign/verify-foreign.ts'
export { importPasswords, type ImportedPassword } from './import-passwords.ts'
export { openPasswords, type Passwords, type WithPasswords } from './passwords.ts'
export { exists as hasPassword, giveTo as givePassword } from './repository.ts'
export { removeOfUser as forgetCredentialsOf } from './repository.ts'
export { setPassword } from './set-password.ts'
export { isPasswordOf, type Verified, verifyPassword } from './verify-password.ts'
