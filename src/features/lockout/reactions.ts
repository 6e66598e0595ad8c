import type { App } from '../../platform/app.ts'
import type { Reaction } from '../outbox/index.ts'
import { liftLockout } from './lift-lockout.ts'

/** A new password was proven by a link, or by the old one: guesses at the old one say nothing any more. */
export const reactions = (app: Pick<App, 'config'>): Reaction[] => [
  {
    name: 'lockout.lift-after-new-password',
    on: ['auth.password.changed'],
    react: async (tx, event) => {
      await liftLockout(app, tx, event.subject)
    },
  },
]
