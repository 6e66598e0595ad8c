import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  invitation_invalid: {
    status: 403,
    title: 'This invitation has been used, withdrawn or is too old. Ask for a new one.',
  },
  invitation_not_found: { status: 404, title: 'There is no such invitation that could still be accepted.' },
  invitation_email_invalid: { status: 422, title: 'This is not an e-mail address that can be used here.' },
})
