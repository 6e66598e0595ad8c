import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  wrong_credentials: { status: 401, title: 'The email, username or password is not right.', alike: true },
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
  wrong_step: { status: 400, title: 'This is not the step this sign-in is at.' },
})
