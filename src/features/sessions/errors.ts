import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  session_not_found: { status: 404, title: 'There is no such session, or it has ended.' },
})
