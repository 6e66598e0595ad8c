import type { App } from '../../platform/app.ts'
import type { Reaction } from '../outbox/index.ts'
import { revokeAll } from './repository.ts'

/** A client that was deleted gets nothing any more by itself; this keeps one that is made anew under its id from its rights. */
export const reactions = (app: Pick<App, 'clock'>): Reaction[] => [
  {
    name: 'authorization.end-of-deleted-client',
    on: ['auth.client.deleted'],
    react: (tx, event) => revokeAll(tx, { type: 'client', id: event.subject }, app.clock.now()),
  },
]
