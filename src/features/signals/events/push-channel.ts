import type { App } from '../../../platform/app.ts'
import { admitClient } from '../../admission/index.ts'
import type { WithClients } from '../../clients/index.ts'
import type { Channel } from '../../deliveries/index.ts'
import * as streams from '../streams/repository.ts'
import type { Stream } from '../streams/stream.ts'
import { openAuthorization } from '../streams/sealed-authorization.ts'
import { pushKind } from './kind.ts'
import * as events from './repository.ts'
import type { SignalEvent } from './repository.ts'
import { securityEventToken, type Signing } from './security-event-token.ts'

type Machinery = Pick<App, 'config' | 'clock' | 'db' | 'log'> & Signing & WithClients

/**
 * Tells receivers by push (RFC 8935, section 2): the token is the body, 202 takes it, 400 says that it is wrong. What a stream was
 * paused or disabled for meanwhile is not sent: it is queued again when it is enabled, under another run.
 */
export const signalChannel = (app: Machinery): Channel => ({
  kind: pushKind,
  inOrder: true,
  async compose({ destination, data }) {
    const [stream, event] = await Promise.all([
      streams.find(app.db, { id: destination }),
      events.find(app.db, String(data.event)),
    ])
    if (!stream || event?.streamId !== stream.id || stream.endpointUrl === null) return null
    if (!isDue(stream, event, data.run)) return null
    const client = await app.clients.get(stream.clientId)
    if (!client || admitClient(app, client) !== null) return null
    const authorization = openAuthorization(app.config, stream)
    return {
      url: stream.endpointUrl,
      contentType: 'application/secevent+jwt',
      headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
      body: await securityEventToken(app, client, event),
    }
  },
  delivered({ destination, data }) {
    // Lost with a process that dies here, it may be sent once more: its jti is the same.
    events.remove(app.db, destination, [String(data.event)]).catch((error: unknown) => {
      app.log.warn({ err: error, stream: destination }, 'an event that was taken could not be put away')
    })
  },
})

/** That a stream was paused or disabled is told all the same. */
const isDue = ({ status, run }: Stream, { kind }: SignalEvent, queuedIn: unknown): boolean =>
  kind === 'stream-updated' || (status === 'enabled' && run === queuedIn)
