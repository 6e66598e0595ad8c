import { defineErrors } from '../../../platform/errors.ts'

export const errors = defineErrors({
  authentication_request_not_found: {
    status: 404,
    title: 'There is no such request, it was answered before, or its time is over.',
  },
  approving_session_ended: { status: 401, title: 'This session has ended. Sign in again.' },
})
