import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  unknown_role: { status: 400, title: 'There is no such role.' },
  role_beyond_own: { status: 403, title: 'You may only give, take and touch what your own role includes.' },
  last_root_admin: { status: 409, title: 'At least one root administrator must remain.' },
  assignment_window_empty: { status: 400, title: 'The assignment would end before it begins.' },
})
