import { defineErrors } from '../../platform/errors.ts'

/** None of them repeats what was typed: a problem ends up in logs. */
export const errors = defineErrors({
  email_invalid: { status: 422, title: 'This is not an e-mail address that can be used here.' },
  email_taken: { status: 409, title: 'This e-mail address already belongs to an account.' },
  username_invalid: {
    status: 422,
    title:
      'A user name has 3 to 64 letters (a to z) and digits, with single dots, hyphens or underscores between them.',
  },
  username_taken: { status: 409, title: 'This user name is already taken.' },
  too_many_identities: { status: 409, title: 'So many ways to sign in are connected that no more can be.' },
  user_not_found: { status: 404, title: 'There is no such user.' },
  user_merged: {
    status: 409,
    title: 'The account was merged into another. Undo the merge to have it back with all that was in it.',
  },
  user_status_refused: {
    status: 409,
    title: 'The account cannot be put into that state from the one it is in.',
  },
})
