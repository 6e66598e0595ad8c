import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  job_not_failed: { status: 404, title: 'There is no such job that has failed and is not at work just now.' },
  reaction_not_given_up: { status: 404, title: 'There is no such reaction that was given up.' },
})
