import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  import_not_found: { status: 404, title: 'There is no such import.' },
  import_unreadable: { status: 400, title: 'The file cannot be read. Nothing of it was brought in.' },
  import_unknown_column: { status: 400, title: 'The file has a column that is not known here.' },
  import_empty: { status: 400, title: 'The file holds nobody.' },
  import_over: { status: 409, title: 'This import has ended already.' },
  export_beyond_own: { status: 403, title: 'Only root administrators are given password hashes.' },
})
