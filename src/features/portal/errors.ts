import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  device_not_found: { status: 404, title: 'There is no such device.' },
  sign_in_not_found: { status: 404, title: 'There is no such sign-in, or it was reported already.' },
  last_way_in: {
    status: 409,
    title:
      'This is the only way to sign in to the account. Set a password, add a passkey or connect another provider first.',
  },
  tokens_not_kept: { status: 404, title: 'No tokens of this provider are kept.' },
  email_unchanged: { status: 409, title: 'This is the e-mail address the account has already.' },
  owner_unproven: {
    status: 403,
    title: 'Show that the account is yours: sign in to it in this browser, or give its password.',
  },
  wrong_password: { status: 403, title: 'This is not the password of the account.' },
})
