import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  mail_address_invalid: { status: 422, title: 'This is not an e-mail address that mail can be sent to.' },
  mail_not_found: { status: 404, title: 'There is no such mail, or what it said is gone.' },
})
