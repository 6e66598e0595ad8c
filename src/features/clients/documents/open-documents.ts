import { LRUCache } from 'lru-cache'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import type { WithSettings } from '../../settings/index.ts'
import * as clients from '../repository.ts'
import type { ClientRecord } from '../repository.ts'
import { matches } from '../self/policy.ts'
import { isDocumentAddress } from './client-id.ts'
import { keepDocument } from './keep-document.ts'
import { readDocument } from './read-document.ts'
import * as documents from './repository.ts'
import type { Freshness } from './repository.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'limits' | 'log' | 'outbound'> & WithSettings

/** Seconds a document is believed whose server gives no answer any more. */
const patienceSeconds = 24 * 3600

/** Seconds until a server that gave no answer is asked again. */
const pauseSeconds = 60

/** Seconds a refusal is remembered: takes the edge off a flood, and no more, as errors must not be cached. */
const refusedSeconds = 5

/** Documents read at the same time, all hosts together; whoever comes then is told that there is no such client. */
const mostAtOnce = 16

/** Whether addresses may stand for clients here at all. In production, only those of hosts that an operator named. */
export async function documentsAllowed(
  { config, settings }: Pick<App, 'config'> & WithSettings,
  host?: string,
): Promise<boolean> {
  if ((await settings.get('registration.documents')) === 'off') return false
  if (!config.production) return true
  const hosts = await settings.get('registration.document_hosts')
  return host === undefined ? hosts.length > 0 : matches(hosts, host)
}

/**
 * Clients that are named by the address of a document about them (draft-ietf-oauth-client-id-metadata-document). The document
 * is read when it is first needed and when it is no longer fresh; between, the client is one like any other.
 */
export function openDocuments(
  app: Machinery,
  stored: (id: string) => Promise<ClientRecord | null>,
): (id: string) => Promise<ClientRecord | null> {
  const known = new LRUCache<string, Freshness>({ max: 1_000 })
  const refused = new LRUCache<string, Date>({ max: 1_000 })
  const reading = new Map<string, Promise<ClientRecord | null>>()

  async function freshnessOf(id: string): Promise<Freshness | null> {
    const freshness = known.get(id) ?? (await documents.findFreshness(app.db, id))
    if (freshness) known.set(id, freshness)
    return freshness
  }

  /** A client whose document cannot be read is none, but for a while after it could. */
  async function read(id: string, before: ClientRecord | null): Promise<ClientRecord | null> {
    const now = app.clock.now()
    if (!(await mayAsk(app, id))) return before && (await stillBelieved(id, before, now))
    const found = await readDocument(app, id, await app.settings.get('registration.policy'))
    if (found.outcome === 'read') {
      const freshness = { fetchedAt: now, freshUntil: secondsAfter(now, found.freshSeconds) }
      await keepDocument(app, id, found.client, freshness)
      known.set(id, freshness)
      return clients.find(app.db, id) // what is in memory may be from before
    }
    app.log.info(
      { clientId: id, outcome: found.outcome, reason: found.reason },
      'a client document was not read',
    )
    if (found.outcome === 'unreachable' && before) return stillBelieved(id, before, now)
    refused.set(id, secondsAfter(now, refusedSeconds))
    return null
  }

  async function stillBelieved(id: string, before: ClientRecord, now: Date): Promise<ClientRecord | null> {
    const freshness = await freshnessOf(id)
    if (!freshness || secondsAfter(freshness.fetchedAt, patienceSeconds) <= now) return null
    known.set(id, { ...freshness, freshUntil: secondsAfter(now, pauseSeconds) })
    return before
  }

  function readOnce(id: string, before: ClientRecord | null): Promise<ClientRecord | null> {
    const underway = reading.get(id)
    if (underway) return underway
    if (reading.size >= mostAtOnce) return Promise.resolve(null)
    const mine = read(id, before).finally(() => reading.delete(id))
    reading.set(id, mine)
    return mine
  }

  return async (id) => {
    if (!isDocumentAddress(id) || !(await documentsAllowed(app, new URL(id).hostname))) return null
    const now = app.clock.now()
    const until = refused.get(id)
    if (until && until > now) return null
    const client = await stored(id)
    if (client && !client.enabled) return client // its document can change nothing about that
    const freshness = client && (await freshnessOf(id))
    if (freshness && freshness.freshUntil > now) return client
    return readOnce(id, client)
  }
}

/** Nobody can have us ask one host without end. */
async function mayAsk({ limits }: Pick<App, 'limits'>, id: string): Promise<boolean> {
  try {
    await limits.take('client-document', new URL(id).host)
    return true
  } catch (error) {
    if (error instanceof Problem && error.status === 429) return false
    throw error
  }
}
