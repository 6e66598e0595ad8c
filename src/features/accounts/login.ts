import { canonicalEmail } from './email.ts'
import { canonicalUsername } from './username.ts'

/**
 * What a person typed to say who they are, in canonical form: an e-mail address when it holds an `@`, else a user name.
 * Null when it can be neither. Limits and lockouts count by this form, so that spelling it anew gains nothing.
 */
export function canonicalLogin(login: string): string | null {
  return canonicalEmail(login) ?? canonicalUsername(login)
}
