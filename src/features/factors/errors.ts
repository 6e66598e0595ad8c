import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  factor_not_found: { status: 404, title: 'There is no such factor, or it was begun too long ago.' },
  factor_code_refused: {
    status: 403,
    title:
      'This code is not right. Wait for the next one, and look whether the clock of the device is right.',
    alike: true,
  },
  factors_full: {
    status: 409,
    title: 'There are as many authenticator apps as an account may have. Remove one first.',
  },
})
