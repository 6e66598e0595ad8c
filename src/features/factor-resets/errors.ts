import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  factor_reset_not_found: { status: 404, title: 'No removal of second factors is under way.' },
  factor_reset_not_ready: {
    status: 409,
    title: 'The time to wait is not over yet, or this sign-in began before it counted.',
  },
  factor_reset_for_administrator: {
    status: 403,
    title: 'Your account may do more than others. Ask another administrator to remove your second factors.',
  },
})
