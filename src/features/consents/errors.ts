import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  consent_not_found: { status: 404, title: 'There is no such consent.' },
})
