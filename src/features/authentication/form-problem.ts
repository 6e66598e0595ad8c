import type { Context } from 'koa'

import { Problem } from '../../platform/errors.ts'

/** Refusals that a form shows above itself, with what was typed still in it (but the password). */
const shownOnForms: ReadonlySet<string> = new Set([
  'wrong_credentials',
  'wrong_code',
  'wrong_second_factor',
  'too_many_codes',
  'factor_code_refused',
  'factor_not_found',
  'sms_not_offered',
  'mail_codes_not_offered',
  'country_not_allowed',
  'factor_reset_for_administrator',
  'factor_reset_not_found',
  'factor_reset_not_ready',
  'first_factor_too_weak',
  'account_disabled',
  'account_deletion_pending',
  'account_merged',
  'email_unverified',
  'proof_of_maker_needed',
  'form_expired',
  'busy',
  'too_many_attempts',
  'proof_required',
  'registration_closed',
  'invitation_invalid',
  'identity_other',
  'identity_taken',
  'passkey_refused',
  'too_many_identities',
  'too_many_requests',
  'upstream_answer_invalid',
  'upstream_refused',
  'upstream_request_ended',
  'upstream_unavailable',
])

export interface FormProblem {
  /** Text to show. */
  key: string
  status: number
  /** What the refusal says besides, such as a challenge. */
  members?: Readonly<Record<string, unknown>>
}

/** Texts of a page for refusals that it says in words of its own, by their codes. */
export type OwnTexts = Readonly<Record<string, string>>

/** Of pages on which a passkey or security key is added. */
export const keyTexts: OwnTexts = {
  passkey_refused: 'account.passkeys.refused',
  authenticator_not_allowed: 'account.passkeys.not_allowed',
  security_key_synced: 'account.passkeys.key_synced',
  passkey_known: 'account.passkeys.known',
  passkeys_full: 'account.passkeys.full',
}

/** Of pages on which something is added that codes are sent to. */
export const sentTexts: OwnTexts = {
  factor_not_found: 'account.security.not_found',
  sent_code_refused: 'account.security.sent.refused',
  phone_number_invalid: 'account.security.sent.number_invalid',
  phone_known: 'account.security.sent.number_known',
  phones_full: 'account.security.sent.full',
  country_not_allowed: 'account.security.sent.country',
  sms_not_offered: 'account.security.sent.not_offered',
  mail_codes_not_offered: 'account.security.sent.not_offered',
  mail_known: 'account.security.sent.mail_known',
  too_many_requests: 'account.security.sent.too_many',
}

/**
 * What to show above the form that was sent.
 *
 * @throws what was thrown, when it is nothing a form can say.
 */
export function formProblem(ctx: Context, thrown: unknown, own: OwnTexts = {}): FormProblem {
  if (!(thrown instanceof Problem)) throw thrown
  const key = own[thrown.code] ?? (shownOnForms.has(thrown.code) ? `problems.${thrown.code}` : null)
  if (key === null) throw thrown
  const { retryAfterSeconds, members } = thrown.options
  if (retryAfterSeconds !== undefined) ctx.set('retry-after', String(retryAfterSeconds))
  return { key, status: thrown.status, ...(members && { members }) }
}
