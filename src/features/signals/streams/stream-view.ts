import type { App } from '../../../platform/app.ts'
import { supportedEvents } from '../event-kinds.ts'
import type { AdminStream, StatusView, StreamView } from './schema.ts'
import { eventsDelivered, methods, type Stream, verificationInterval } from './stream.ts'

export const pollPath = '/ssf/poll'

/** A stream as its receiver sees it. */
export const viewOf = ({ config: { issuer } }: Pick<App, 'config'>, stream: Stream): StreamView => ({
  stream_id: stream.id,
  iss: issuer,
  aud: stream.clientId,
  delivery: {
    method: methods[stream.method],
    endpoint_url: stream.endpointUrl ?? `${issuer}${pollPath}/${stream.id}`,
  },
  events_supported: [...supportedEvents],
  events_requested: [...stream.eventsRequested],
  events_delivered: eventsDelivered(stream),
  min_verification_interval: verificationInterval,
  ...(stream.description !== null && { description: stream.description }),
})

export const statusOf = ({ id, status, statusReason }: Stream): StatusView => ({
  stream_id: id,
  status,
  ...(statusReason !== null && { reason: statusReason }),
})

export const adminViewOf = (stream: Stream): AdminStream => ({
  id: stream.id,
  client_id: stream.clientId,
  method: stream.method,
  endpoint_url: stream.endpointUrl,
  events_requested: [...stream.eventsRequested],
  events_delivered: eventsDelivered(stream),
  description: stream.description,
  status: stream.status,
  status_reason: stream.statusReason,
  waiting_since: stream.waitingSince,
  created_at: stream.createdAt,
  updated_at: stream.updatedAt,
})

/** What an auditor needs of it: where events go and which. */
export const summaryOf = ({ method, endpointUrl, eventsRequested }: Stream): Record<string, unknown> => ({
  method,
  endpoint_url: endpointUrl,
  events: eventsDelivered({ eventsRequested }),
})
