import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  unknown_role: { status: 400, title: 'There is no such role.' },
  unknown_permission: { status: 400, title: 'There is no such permission.' },
  role_not_found: { status: 404, title: 'There is no such role.' },
  role_exists: { status: 409, title: 'There is a role of this name.' },
  role_built_in: { status: 409, title: 'A built-in role cannot be changed or deleted.' },
  role_held: { status: 409, title: 'Somebody holds this role.' },
  too_many_roles: { status: 409, title: 'There are as many roles as there may be.' },
  assignment_not_found: { status: 404, title: 'It was not assigned.' },
  role_beyond_own: { status: 403, title: 'You may only give, take and touch what your own role includes.' },
  last_root_admin: { status: 409, title: 'At least one root administrator must remain.' },
  assignment_window_empty: { status: 400, title: 'The assignment would end before it begins.' },
})
