import { secondsAfter } from '../../lib/clock.ts'
import type { App, Db } from '../../platform/app.ts'
import type { Envelope, Reaction } from '../outbox/index.ts'
import { uriOf } from './event-kinds.ts'
import { holdEvents } from './events/hold-events.ts'
import * as recipients from './events/repository.ts'
import type { Recipient } from './events/repository.ts'
import { circumstances, toldOf, toldTypes } from './told-events.ts'

const revoked = uriOf('session-revoked')

/** What happens to people becomes events for the receivers whose clients know them. */
export const reactions = (app: Pick<App, 'clock'>): Reaction[] => [
  {
    name: 'signals.session-ended',
    on: ['auth.session.ended'],
    async react(tx, event) {
      const { sessionId } = event.data
      if (typeof sessionId !== 'string') return
      await tellRevoked(app, tx, event, await recipients.listOfSession(tx, sessionId, revoked))
    },
  },
  {
    // A client that lost what it had without the session ending: a refresh token came back, or consent was withdrawn.
    name: 'signals.client-ended',
    on: ['auth.refresh.reused', 'auth.consent.withdrawn'],
    async react(tx, event) {
      const { clientId } = event.data
      if (typeof clientId !== 'string') return
      await tellRevoked(
        app,
        tx,
        event,
        await recipients.listEnded(tx, { ...concerned(event), clientId }, revoked),
      )
    },
  },
  {
    name: 'signals.person-changed',
    on: toldTypes,
    async react(tx, event) {
      const told = toldOf(event)
      if (!told) return
      const knowing = await recipients.listKnowing(tx, concerned(event), uriOf(told.kind))
      await holdEvents(tx, app.clock.now(), knowing, { ...told, cause: event.id, causedAt: event.time })
    },
  },
]

/** Seconds: what one transaction ends and announces bears times that differ by less. */
const togetherSeconds = 10

const concerned = ({ subject: userId, time }: Envelope) => ({
  userId,
  since: secondsAfter(time, -togetherSeconds),
})

const tellRevoked = (
  app: Pick<App, 'clock'>,
  tx: Db,
  event: Envelope,
  to: readonly Recipient[],
): Promise<void> =>
  holdEvents(tx, app.clock.now(), to, {
    kind: 'session-revoked',
    data: circumstances(event),
    ...{ cause: event.id, causedAt: event.time },
  })
