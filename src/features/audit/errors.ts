import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  audit_not_whole: { status: 409, title: 'The audit log is not whole.' },
  audit_file_unreadable: { status: 400, title: 'This file cannot be read.' },
})
