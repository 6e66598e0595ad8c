import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  audit_not_whole: { status: 409, title: 'The audit log is not whole.' },
  audit_verification_under_way: {
    status: 409,
    title: 'The audit log is being verified already.',
  },
  audit_verification_given_up: {
    status: 409,
    title: 'This verification failed for the last time, and says nothing of the audit log.',
  },
  audit_verification_not_found: { status: 404, title: 'There is no such verification.' },
  audit_file_unreadable: { status: 400, title: 'This file cannot be read.' },
})
