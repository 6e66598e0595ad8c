import { secondsAfter } from '../../../lib/clock.ts'
import type { App, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { admitClient } from '../../admission/index.ts'
import type { WithClients } from '../../clients/index.ts'
import * as outbox from '../../outbox/index.ts'
import * as requests from './repository.ts'
import type { DuePing } from './repository.ts'
import { openPing, type Ping } from './sealed-ping.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'outbound'> & WithClients

/** The job that tells one client; `{ id }`. */
export const pingJob = 'authentication-requests.ping'

/** Puts one attempt into the queue, in place of one that has not begun; `at`: not before then. */
export const queuePing = (tx: Db, id: string, at?: Date): Promise<void> =>
  outbox.enqueue(tx, pingJob, { id }, { at, key: `${pingJob}:${id}` })

/** Seconds for which one attempt has a request to itself; longer than the deadline of an outbound call. */
const claimSeconds = 30

/** Seconds by which the clock of the database may be ahead of ours when it says that an attempt is due. */
const tolerance = 10

/** Seconds between attempts, growing. */
const pauses = [2, 5, 15, 30] as const
const longestPause = 60

/**
 * Tries once to tell a client that it may come for its answer (CIBA Core 1.0, section 10.2). It may be called any number of
 * times, also at once: one caller has the attempt. A client that hears of it twice asks twice, and gets its tokens once.
 */
export async function pingClient(app: Machinery, id: string): Promise<void> {
  const at = app.clock.now()
  const due = await requests.claimPing(app.db, {
    id,
    at: secondsAfter(at, tolerance),
    until: secondsAfter(at, claimSeconds),
  })
  if (!due) return
  const ping = due.expiresAt > at ? openPing(app.config, id, due.sealed) : null
  const endpoint = await endpointOf(app, due.clientId)
  if (ping === null || endpoint === null) return giveUp(app, due, 'nothing to tell any more')
  await settle(app, due, await send(app, endpoint, ping))
}

/** Null for a client that is gone, gets nothing, or is not told any more. */
async function endpointOf(app: Machinery, clientId: string): Promise<string | null> {
  const client = await app.clients.get(clientId)
  if (!client || admitClient(app, client) !== null) return null
  return client.metadata.backchannel_client_notification_endpoint ?? null
}

type Outcome = { told: true } | { told: false; reason: string; again: boolean }

/** Any 2xx will do; redirects are not followed, and a client that says the request is wrong is not asked again. */
async function send({ outbound }: Machinery, url: string, { authReqId, token }: Ping): Promise<Outcome> {
  try {
    const reply = await outbound.fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ auth_req_id: authReqId }),
    })
    await reply.body?.cancel()
    if (reply.ok) return { told: true }
    const again = reply.status >= 500 || reply.status === 429 || reply.status === 408
    return { told: false, reason: `answered ${reply.status}`, again }
  } catch (error) {
    return { told: false, reason: codeOf(error), again: true }
  }
}

/** Never the message of an error: it may hold the address with what stands in its query. */
function codeOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: unknown } // fetch wraps what went wrong
  const { code, name } = Object(cause ?? error) as { code?: unknown; name?: unknown } // whatever was thrown
  return [code, name].find((one) => typeof one === 'string') ?? 'failed'
}

async function settle(app: Machinery, due: DuePing, outcome: Outcome): Promise<void> {
  const { id, clientId, attempts } = due
  if (outcome.told) {
    await requests.endPing(app.db, id)
    app.log.info({ request: id, clientId, attempts }, 'client told of a decision')
    return
  }
  const dueAt = secondsAfter(app.clock.now(), pauses[attempts - 1] ?? longestPause)
  if (!outcome.again || dueAt >= due.expiresAt) return giveUp(app, due, outcome.reason)
  await transaction(app.db, async (tx) => {
    await requests.putBackPing(tx, { id, dueAt })
    await queuePing(tx, id, dueAt)
  })
  app.log.warn(
    { request: id, clientId, attempts, reason: outcome.reason },
    'a client could not be told; it is tried again',
  )
}

async function giveUp(app: Machinery, { id, clientId, attempts }: DuePing, reason: string): Promise<void> {
  await requests.endPing(app.db, id)
  app.log.warn({ request: id, clientId, attempts, reason }, 'a client was not told of a decision')
}
