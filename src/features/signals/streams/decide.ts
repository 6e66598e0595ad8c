import { isDeepStrictEqual } from 'node:util'

import type { App } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import { supportedEvents } from '../event-kinds.ts'
import type { Delivery, NewStream } from './schema.ts'
import { sealAuthorization } from './sealed-authorization.ts'
import { type Decided, methods, type Stream } from './stream.ts'
import { pollPath, viewOf } from './stream-view.ts'

type Machinery = Pick<App, 'config' | 'outbound'>

const invalid = (field: string, detail: string): Error =>
  errors.stream_invalid({ detail: `${field} ${detail}`, fields: [{ field, detail }] })

/**
 * What a receiver decides with a whole configuration: what it leaves out has the value it has without it.
 *
 * @throws stream_invalid (400)
 */
export async function decidedBy(app: Machinery, id: string, sent: NewStream): Promise<Decided> {
  return {
    ...(await deliveryOf(app, id, sent.delivery)),
    eventsRequested: unique(sent.events_requested ?? supportedEvents),
    description: sent.description ?? null,
  }
}

const unique = (values: readonly string[]): string[] => [...new Set(values)]

type Delivered = Pick<Decided, 'method' | 'endpointUrl' | 'authorization'>

/** Where events go. It is judged again at every call. @throws stream_invalid (400) */
export async function deliveryOf(app: Machinery, id: string, delivery: Delivery): Promise<Delivered> {
  if (delivery.method === methods.poll) {
    const ours = `${app.config.issuer}${pollPath}/${id}`
    if (delivery.endpoint_url != null && delivery.endpoint_url !== ours)
      throw invalid('delivery.endpoint_url', 'is ours to say where a stream is polled')
    return { method: 'poll', endpointUrl: null, authorization: null }
  }
  const { endpoint_url: endpointUrl, authorization_header: header } = delivery
  const fault = await addressFault(app, endpointUrl)
  if (fault !== null) throw invalid('delivery.endpoint_url', fault)
  const authorization = header == null ? null : sealAuthorization(app.config, id, header)
  return { method: 'push', endpointUrl, authorization }
}

async function addressFault({ outbound }: Machinery, url: string): Promise<string | null> {
  if (!/^[\x21-\x7e]+$/.test(url) || url.includes('#')) return 'must be an absolute URI without fragment'
  const prospect = await outbound.check(url)
  return prospect.outcome === 'refused' ? `cannot be called: ${prospect.reason}` : null
}

/**
 * What a receiver sends back of what we say must be what we say (SSF 1.0, sections 8.1.1.3 and 8.1.1.4).
 *
 * @throws stream_invalid (400)
 */
export function demandOurs(app: Pick<App, 'config'>, stream: Stream, sent: Claimed): void {
  const { iss, aud, events_supported, events_delivered, min_verification_interval } = viewOf(app, stream)
  const ours = { iss, aud, events_supported, events_delivered, min_verification_interval }
  for (const name of oursAlone)
    if (sent[name] !== undefined && !isDeepStrictEqual(sent[name], ours[name]))
      throw invalid(name, 'is ours to say, and something else')
}

const oursAlone = ['iss', 'aud', 'events_supported', 'events_delivered', 'min_verification_interval'] as const

type Claimed = { [Name in (typeof oursAlone)[number]]?: unknown }
