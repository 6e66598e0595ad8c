import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  unwell: { status: 500, title: 'Something is wrong with this service.' },
})
