import type { App } from '../../platform/app.ts'
import type { EventData, EventType, Reaction } from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { tellPhones } from './codes/tell-phones.ts'

/** What changes how somebody signs in. */
const changes: EventType[] = [
  'auth.factor.added',
  'auth.factor.removed',
  'auth.passkey.added',
  'auth.passkey.removed',
  'auth.recovery_codes.regenerated',
  'auth.password.changed',
]

/** Tells phones of what the letters tell of (OWASP ASVS 5.0, 6.3.7). */
export const reactions = (app: Pick<App, 'config' | 'clock'> & WithSettings): Reaction[] => [
  {
    name: 'factors.tell-phones',
    on: changes,
    async react(tx, { type, subject: userId, data }) {
      if (data.first === true) return // it came with something else, which is told
      if (type === 'auth.factor.removed' && data.kind !== 'security-key') return // told with the removal, while its phone is known
      const telling = { userId, message: 'factors-changed', except: factorIn(data) } as const
      await tellPhones(app, tx, app.clock.now(), telling)
    },
  },
]

const factorIn = ({ factorId }: EventData): string | undefined =>
  typeof factorId === 'string' ? factorId : undefined
