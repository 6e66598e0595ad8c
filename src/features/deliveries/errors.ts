import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  delivery_not_found: { status: 404, title: 'There is no such delivery, or it does not wait to be retried.' },
})
