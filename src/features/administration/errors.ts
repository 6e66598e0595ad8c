import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  no_address: { status: 409, title: 'The account has no e-mail address to write to.' },
  account_disabled: { status: 409, title: 'The account is disabled. Enable it first.' },
  password_refused: { status: 422, title: 'This password cannot be used.' },
  no_root_administrator: {
    status: 404,
    title: 'There is no root administrator yet; the next start of the service makes one.',
  },
})
