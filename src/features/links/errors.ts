import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  link_invalid: {
    status: 403,
    title: 'This link has been used, replaced by a newer one, or is too old. Ask for a new one.',
  },
})
