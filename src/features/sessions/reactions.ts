import type { App } from '../../platform/app.ts'
import { bySystem } from '../../platform/app.ts'
import type { Reaction } from '../outbox/index.ts'
import { endSessionsOfUser } from './end-session.ts'

/**
 * Admission refuses a disabled or deleted person at once by itself; these bring the lists of sessions in line.
 */
export const reactions = (app: Pick<App, 'clock'>): Reaction[] => [
  {
    name: 'sessions.end-of-disabled-user',
    on: ['auth.user.disabled'],
    react: async (tx, event) => {
      await endSessionsOfUser(app, tx, bySystem, event.subject, 'user_disabled')
    },
  },
  {
    name: 'sessions.end-of-deleted-user',
    on: ['auth.user.deleted'],
    react: async (tx, event) => {
      await endSessionsOfUser(app, tx, bySystem, event.subject, 'user_deleted')
    },
  },
]
