import { Problem } from '../../../platform/errors.ts'
import type { PasswordProblem } from '../../credentials/index.ts'

/** What may be said of a field. */
export type FieldText =
  | 'fields.required'
  | 'fields.email_invalid'
  | 'fields.email_taken'
  | 'fields.username_invalid'
  | 'fields.username_taken'
  | 'fields.username_later'
  | 'fields.name_invalid'
  | 'fields.password_too_short'
  | 'fields.password_too_long'
  | 'fields.password_personal'
  | 'fields.password_breached'
  | 'fields.password_too_common'

/** The text to show beside each field that was refused. */
export type FieldTexts = Partial<Record<'email' | 'username' | 'name' | 'password', FieldText>>

const passwordTexts: Record<PasswordProblem, FieldText> = {
  password_too_short: 'fields.password_too_short',
  password_too_long: 'fields.password_too_long',
  password_contains_identity: 'fields.password_personal',
  password_breached: 'fields.password_breached',
  password_common: 'fields.password_too_common',
  password_guessable: 'fields.password_too_common',
}

const thrownTexts: Record<string, FieldTexts> = {
  email_invalid: { email: 'fields.email_invalid' },
  email_taken: { email: 'fields.email_taken' },
  username_invalid: { username: 'fields.username_invalid' },
  username_taken: { username: 'fields.username_taken' },
}

/** @throws what was thrown and concerns no field. */
export function refusedFields(refused: {
  email?: FieldText | null
  username?: FieldText | null
  name?: FieldText | null
  password?: PasswordProblem | null
  thrown?: unknown
}): FieldTexts {
  const { email, username, name, password, thrown } = refused
  if (thrown !== undefined) {
    const texts = thrown instanceof Problem ? thrownTexts[thrown.code] : undefined
    if (texts) return texts
    throw thrown instanceof Error ? thrown : new Error('what was thrown is no Error', { cause: thrown })
  }
  return {
    ...(email != null && { email }),
    ...(username != null && { username }),
    ...(name != null && { name }),
    ...(password != null && { password: passwordTexts[password] }),
  }
}

const passwordTextsByCode: Record<string, FieldText | undefined> = passwordTexts

/** The text for what is wrong with a password, by its code; null for anything else. */
export const passwordText = (code: unknown): FieldText | null => passwordTextsByCode[String(code)] ?? null
