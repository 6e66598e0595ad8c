import type { App } from '../../../platform/app.ts'
import type { WithClients } from '../../clients/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import * as streams from '../streams/repository.ts'
import type { Stream } from '../streams/stream.ts'
import * as events from './repository.ts'
import type { SignalEvent } from './repository.ts'
import type { PollRequest, PollReply } from './schema.ts'
import { securityEventToken, type Signing } from './security-event-token.ts'
import type { Waiting } from './waiting.ts'

type Machinery = Pick<App, 'config' | 'db' | 'log'> & Signing & WithClients

/**
 * Hands out what waits for a stream that is polled (RFC 8936, section 2), after putting away what its receiver has taken or does
 * not want. What is not acknowledged comes again. A receiver that can wait is answered when something came.
 *
 * @throws stream_not_found (404): unknown, or another client's. @throws stream_not_polled (409)
 */
export async function poll(
  app: Machinery,
  by: CallingClient,
  { id, request, waiting }: { id: string; request: PollRequest; waiting: Waiting },
): Promise<PollReply> {
  const stream = await ownPolled(app, by, id)
  await putAway(app, stream, request)
  if (request.maxEvents === 0)
    return { sets: {}, moreAvailable: (await waitingOf(app, stream, 1)).length > 0 }
  // Listening begins before looking, so that nothing comes unheard in between.
  const news = request.returnImmediately ? null : waiting.forStream(id)
  const found = await waitingOf(app, stream, request.maxEvents + 1)
  if (found.length > 0 || news === null) return reply(app, stream, found, request)
  await news
  const then = await ownPolled(app, by, id) // it may be paused, or gone, by now
  return reply(app, then, await waitingOf(app, then, request.maxEvents + 1), request)
}

async function ownPolled({ db }: Machinery, { clientId }: CallingClient, id: string): Promise<Stream> {
  const stream = await streams.find(db, { id, clientId })
  if (!stream) throw errors.stream_not_found()
  if (stream.method !== 'poll') throw errors.stream_not_polled()
  return stream
}

async function putAway(
  app: Machinery,
  { id, clientId }: Stream,
  { ack, setErrs }: PollRequest,
): Promise<void> {
  const refused = Object.entries(setErrs)
  const ids = [...ack, ...refused.map(([jti]) => jti)].filter((jti) => uuid.test(jti))
  if (ids.length > 0) await events.remove(app.db, id, ids)
  for (const [event, { err }] of refused)
    if (uuid.test(event))
      app.log.warn({ stream: id, client: clientId, event, err }, 'a receiver refused an event')
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** That a stream was paused or disabled is told all the same. */
const waitingOf = ({ db }: Machinery, { id, status }: Stream, limit: number): Promise<SignalEvent[]> =>
  events.list(db, id, { limit, ...(status !== 'enabled' && { only: 'stream-updated' }) })

async function reply(
  app: Machinery,
  { clientId }: Stream,
  found: readonly SignalEvent[],
  { maxEvents }: PollRequest,
): Promise<PollReply> {
  const client = await app.clients.get(clientId)
  if (!client) throw errors.stream_not_found()
  const sets: Record<string, string> = {}
  for (const event of found.slice(0, maxEvents)) sets[event.id] = await securityEventToken(app, client, event)
  return { sets, moreAvailable: found.length > maxEvents }
}
