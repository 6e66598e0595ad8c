import type { App } from '../../platform/app.ts'
import type { EventType, Reaction } from '../outbox/index.ts'
import { cancelIn } from './cancel-factor-reset.ts'

/** What only somebody does who has proven a second factor, or a passkey. */
const changes: EventType[] = [
  'auth.factor.added',
  'auth.factor.removed',
  'auth.passkey.added',
  'auth.passkey.removed',
  'auth.recovery_codes.regenerated',
]

/** Who changes their factors has them: what was asked for in their name before that comes to nothing. */
export const reactions = (app: Pick<App, 'config' | 'clock'>): Reaction[] => [
  {
    name: 'factor-resets.cancel-after-change',
    on: changes,
    async react(tx, { actor, subject: userId, time }) {
      if (actor.type !== 'user' || actor.id !== userId) return
      const ending = { userId, because: 'factors_changed', requestedBefore: time } as const
      await cancelIn(app, tx, app.clock.now(), { actor, origin: null }, ending)
    },
  },
]
