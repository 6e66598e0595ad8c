import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  wrong_credentials: { status: 401, title: 'The email, username or password is not right.' },
  account_disabled: { status: 403, title: 'This account has been turned off.' },
  email_unverified: { status: 403, title: 'The email address of this account is not confirmed yet.' },
  proof_of_maker_needed: {
    status: 403,
    title: 'Show that you made this account: sign in, give its password, or choose a new one.',
  },
  form_expired: { status: 403, title: 'This page was open for too long. Try again.' },
  registration_closed: { status: 403, title: 'New accounts cannot be created here.' },
  wrong_step: { status: 400, title: 'This is not the step this sign-in is at.' },
})
