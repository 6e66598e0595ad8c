import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  merge_not_proven: {
    status: 403,
    title: 'This is not the name and the password of an account.',
    alike: true,
  },
  merge_same_account: { status: 409, title: 'These are one and the same account.' },
  merge_account_not_active: { status: 409, title: 'Both accounts must be in use to be merged.' },
  merge_role_held: {
    status: 409,
    title:
      'An account that roles or rights are assigned to can stay, but not be merged into another. Take them away first, or merge the other way round.',
  },
  merge_factor_held: {
    status: 409,
    title:
      'The other account has two-step sign-in. Sign in to that one and merge this one into it, or turn it off there first.',
  },
  merge_undoable_held: {
    status: 409,
    title:
      'Another account was merged into this one, which can still be undone. Undo that, or wait until its days are over.',
  },
  merge_own_account: {
    status: 403,
    title: 'Accounts of one’s own are merged at the pages of the account, by showing that both are.',
  },
  merge_not_found: { status: 404, title: 'There is no such merge.' },
  merge_offer_expired: {
    status: 409,
    title: 'This offer is too old, or the other account has changed. Begin again.',
  },
  merge_done: { status: 409, title: 'These accounts have been merged already.' },
  merge_undone: { status: 409, title: 'This merge was undone already.' },
  merge_undo_too_late: { status: 409, title: 'The days in which this merge could be undone are over.' },
  merge_undo_impossible: {
    status: 409,
    title:
      'This cannot be undone: one of the accounts is not what the merge left any more. Undo a later merge of it first.',
  },
})
