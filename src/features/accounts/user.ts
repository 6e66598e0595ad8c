export type UserStatus = 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'

/** A person's account. `email` and `username` are canonical. */
export interface User {
  id: string
  status: UserStatus
  email: string | null
  emailVerified: boolean
  username: string | null
  name: string | null
  locale: string | null
  createdAt: Date
  updatedAt: Date
  /** When the account is erased, as its owner asked, who may undo it until then; null for every other account. */
  deleteAt: Date | null
  /** Whether it was merged into another, and that may still be undone. */
  merged: boolean
}
