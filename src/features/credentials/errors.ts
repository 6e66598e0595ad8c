import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  busy: { status: 503, title: 'Too much is going on at this moment. Try again in a few seconds.' },
  password_too_long: { status: 422, title: 'A password has 256 characters at most.' },
})

/** Seconds after which a caller who was sent away may come back. */
export const retryAfterSeconds = 5
