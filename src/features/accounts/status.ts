import type { Action } from '../audit/index.ts'
import type { EventType } from '../outbox/index.ts'
import type { UserStatus } from './user.ts'

/** What an account may be put into; `pending` is only where one begins. */
export type NextStatus = Exclude<UserStatus, 'pending'>

interface Change {
  /** Nothing leaves `deleted`. */
  from: readonly UserStatus[]
  action: Action
  event: EventType
  /** Whether everything handed out before stops counting at once. */
  endsAccess: boolean
}

export const changes: Record<NextStatus, Change> = {
  active: {
    from: ['pending', 'locked', 'disabled'],
    action: 'user.enabled',
    event: 'auth.user.enabled',
    endsAccess: false,
  },
  locked: {
    from: ['pending', 'active'],
    action: 'user.locked',
    event: 'auth.user.locked',
    endsAccess: false, // guesses of a stranger lock an account: they must not sign its owner out as well
  },
  disabled: {
    from: ['pending', 'active', 'locked'],
    action: 'user.disabled',
    event: 'auth.user.disabled',
    endsAccess: true,
  },
  deleted: {
    from: ['pending', 'active', 'locked', 'disabled'],
    action: 'user.deleted',
    event: 'auth.user.deleted',
    endsAccess: true,
  },
}
