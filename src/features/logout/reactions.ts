import { secondsAfter } from '../../lib/clock.ts'
import type { App, Db } from '../../platform/app.ts'
import { queueDeliveries } from '../deliveries/index.ts'
import type { Envelope, Reaction } from '../outbox/index.ts'
import { kind } from './back-channel.ts'
import * as participants from './repository.ts'
import type { Participant } from './repository.ts'

/**
 * Whatever ended a session: by the time this runs it is dead here, since the event came with the transaction that ended it. A
 * client that lost what it had without the session ending (a refresh token came back, consent was withdrawn) is told too: its
 * `sid` is dead for good, and what it gets next goes by another.
 */
export const reactions = (app: Pick<App, 'clock'>): Reaction[] => [
  {
    name: 'logout.tell-clients-of-session',
    on: ['auth.session.ended'],
    async react(tx, event) {
      const { sessionId } = event.data
      if (typeof sessionId !== 'string') return
      await tell(app, tx, event, await participants.listOfSession(tx, sessionId))
    },
  },
  {
    name: 'logout.tell-client-of-grant',
    on: ['auth.refresh.reused', 'auth.consent.withdrawn'],
    async react(tx, event) {
      const { clientId } = event.data
      if (typeof clientId !== 'string') return
      await tell(app, tx, event, await participants.listEnded(tx, { ...endedWith(event), clientId }))
    },
  },
  {
    // Sessions have ended them by now; who erases the person next takes away where they were signed in, before it is their turn.
    name: 'logout.tell-clients-of-deleted-user',
    on: ['auth.user.deleted'],
    async react(tx, event) {
      await tell(app, tx, event, await participants.listEnded(tx, { ...endedWith(event), clientId: null }))
    },
  },
]

/** Seconds: what one transaction ends and announces bears times that differ by less. */
const togetherSeconds = 10

const endedWith = ({ subject: userId, time }: Envelope) => ({
  userId,
  since: secondsAfter(time, -togetherSeconds),
})

/** Each `sid` is told of once, whatever ends it how often. */
const tell = (
  app: Pick<App, 'clock'>,
  tx: Db,
  { time }: Envelope,
  all: readonly Participant[],
): Promise<void> =>
  queueDeliveries(
    tx,
    app.clock.now(),
    all.map(({ sid, clientId, userId, subject }) => ({
      ...{ kind, destination: clientId, key: sid, userId, causedAt: time },
      data: { sid, sub: subject },
    })),
  )
