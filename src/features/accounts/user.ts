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
}
