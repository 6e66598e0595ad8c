import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  idempotency_key_malformed: {
    status: 400,
    title: 'An Idempotency-Key is 1 to 255 visible ASCII characters, in quotes or without.',
  },
  idempotent_request_running: { status: 409, title: 'The first request with this key is not answered yet.' },
  idempotent_outcome_unknown: {
    status: 409,
    title: 'The first request with this key was cut off. Look whether it was done, then use another key.',
  },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was sent with something else before.' },
})
