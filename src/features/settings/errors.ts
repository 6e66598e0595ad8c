import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  setting_not_found: { status: 404, title: 'There is no such setting.' },
  client_not_found: { status: 404, title: 'There is no such client.' },
  setting_invalid: { status: 400, title: 'This value does not fit the setting.' },
  setting_scope_not_allowed: { status: 400, title: 'This setting cannot have a value of its own there.' },
})
