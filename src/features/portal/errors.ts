import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  session_not_found: { status: 404, title: 'There is no such session.' },
  email_unchanged: { status: 409, title: 'This is the e-mail address the account has already.' },
  wrong_password: { status: 403, title: 'This is not the password of the account.' },
})
