import type { App } from '../../platform/app.ts'
import type { Reaction } from '../outbox/index.ts'
import { erasePerson } from './deletion/erase-person.ts'

/** However an account came to be deleted, by its owner, an administrator or a job: what is known about the person goes. */
export const reactions = (app: Pick<App, 'clock'>): Reaction[] => [
  {
    name: 'portal.erase-deleted-user',
    on: ['auth.user.deleted'],
    react: (tx, event) => erasePerson(app, tx, event.subject),
  },
]
