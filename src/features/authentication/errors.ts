import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  wrong_credentials: { status: 401, title: 'The email, username or password is not right.', alike: true },
  wrong_code: {
    status: 401,
    title: 'The code is not right, was used, or is too old. Ask for a new message.',
    alike: true,
  },
  mfa_required: { status: 401, title: 'Another factor is needed to sign in.' },
  mfa_enrolment_required: {
    status: 401,
    title: 'This account needs a second factor, and has none yet. Set one up to sign in.',
  },
  stronger_sign_in_needed: {
    status: 401,
    title: 'Signing in this way is not enough here. Sign in with a password or a passkey.',
  },
  mfa_token_invalid: { status: 401, title: 'This sign-in has ended. Begin again.' },
  wrong_second_factor: {
    status: 401,
    title: 'This is not right, was used, or is too old.',
    alike: true,
  },
  too_many_codes: { status: 429, title: 'Too many wrong codes. Try again later, or use another factor.' },
  first_factor_too_weak: {
    status: 403,
    title:
      'A mail is not enough here. Sign in with your password or another provider, or ask an administrator.',
  },
  not_offered: { status: 404, title: 'This way to sign in is not offered.' },
  account_disabled: { status: 403, title: 'This account has been turned off.' },
  account_deletion_pending: {
    status: 403,
    title: 'This account waits for its deletion. The link in the letter of that day gives it back.',
  },
  account_merged: {
    status: 403,
    title: 'This account was merged into another one of yours. Sign in to that one.',
  },
  email_unverified: { status: 403, title: 'The email address of this account is not confirmed yet.' },
  proof_of_maker_needed: {
    status: 403,
    title: 'Show that you made this account: sign in, give its password, or choose a new one.',
  },
  form_expired: { status: 403, title: 'This page was open for too long. Try again.' },
  registration_closed: { status: 403, title: 'New accounts cannot be created here.' },
  fields_refused: { status: 422, title: 'Something that was sent cannot be taken as it is.' },
  fields_taken: { status: 409, title: 'Somebody else has this already.' },
  not_first_party: { status: 403, title: 'Only our own applications may do this.' },
  client_ambiguous: {
    status: 400,
    title: 'Say once which application calls: client_id in the body, or HTTP Basic.',
  },
  current_password_wrong: { status: 403, title: 'This is not the present password.' },
  password_refused: { status: 422, title: 'This password cannot be used.' },
  session_ended: { status: 401, title: 'This session has ended. Sign in again.' },
  logout_token_invalid: { status: 400, title: 'This is no logout token of this provider.' },
  redirect_uri_unknown: { status: 400, title: 'The application is not registered to be returned to there.' },
  identity_other: { status: 403, title: 'You came back as somebody else than you left as.' },
  identity_taken: { status: 409, title: 'This sign-in already opens another account here.' },
  identity_unproven: { status: 401, title: 'The identity provider did not confirm who this is.' },
  account_exists: {
    status: 409,
    title: 'An account has this e-mail address already. Sign in to it, then connect the provider there.',
  },
  creation_closed: { status: 403, title: 'No new accounts are made for people of this identity provider.' },
  invitation_needed: { status: 403, title: 'New accounts are for people who were invited.' },
  domain_not_allowed: { status: 403, title: 'New accounts are for people of certain e-mail domains only.' },
  email_missing: { status: 403, title: 'The identity provider told no e-mail address, and one is needed.' },
  address_unproven: {
    status: 403,
    title: 'The identity provider does not vouch for the e-mail address, and that is needed.',
  },
  wrong_step: { status: 400, title: 'This is not the step this sign-in is at.' },
})
