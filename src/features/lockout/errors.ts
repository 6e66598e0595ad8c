import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  too_many_attempts: {
    status: 429,
    title:
      'Too many wrong attempts. Wait, or sign in where you have signed in before, or reset your password.',
  },
  /** Members: `challenge`, `difficulty` and `wait_seconds` (see bots/proof-of-work.ts). */
  proof_required: {
    status: 401,
    title: 'Many automated attempts are being made here at this moment. Send a proof of work with yours.',
  },
})
