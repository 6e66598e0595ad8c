import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  import_not_found: { status: 404, title: 'There is no such import.' },
  import_unreadable: { status: 400, title: 'The file cannot be read. Nothing of it was brought in.' },
  import_unknown_column: { status: 400, title: 'The file has a column that is not known here.' },
  import_not_resumable: {
    status: 409,
    title: 'Only an import that was given up can go on, for a week after it was.',
  },
  too_many_imports: {
    status: 429,
    title: 'You have as many imports open as one may have. Wait until one has ended.',
  },
  imports_busy: {
    status: 503,
    title: 'Other files are coming in at this moment. Try again in half a minute.',
  },
  import_empty: { status: 400, title: 'The file holds nobody.' },
  import_over: { status: 409, title: 'This import has ended already.' },
  export_beyond_own: { status: 403, title: 'Only root administrators are given password hashes.' },
})
