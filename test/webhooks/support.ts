import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type EventType, publishAll } from '../../src/features/outbox/index.ts'
import { createWebhook, type WebhookWithSecret } from '../../src/features/webhooks/index.ts'
import { type App, bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { keepSecret } from '../support/canary.ts'
import { afterTest } from '../support/parts.ts'

/** Lets the guarded client reach the servers of tests, which listen on this machine. */
export const toThisMachine = { OUTBOUND_ALLOW: '127.0.0.1' }

export interface Event {
  id: string
  type: string
  subject: string
  sequence: number
  data: Record<string, unknown>
  [name: string]: unknown
}

/** What came in. */
export interface Received {
  headers: IncomingHttpHeaders
  body: string
  event: Event
}

/** Somebody's server that takes webhooks. What it answers can be changed while it runs. */
export interface Receiver {
  url: string
  received: Received[]
  /** A status, or nothing at all. */
  answer: (event: Event) => number | null
  /** The most calls that were under way at one time. */
  atOnce: number
  close(): Promise<void>
  /** Listens again where it did before. */
  open(): Promise<void>
}

export async function receiver(headers: Record<string, string> = {}): Promise<Receiver> {
  let [port, now] = [0, 0]
  let server: Server
  const self: Receiver = {
    url: '',
    received: [],
    answer: () => 204,
    atOnce: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
    open: async () => {
      server = createServer((request, response) => {
        self.atOnce = Math.max(self.atOnce, ++now)
        response.once('close', () => now--)
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => chunks.push(chunk))
        request.on('end', () => {
          const body = Buffer.concat(chunks).toString()
          const event = JSON.parse(body) as Event
          self.received.push({ headers: request.headers, body, event })
          const status = self.answer(event)
          if (status !== null) response.writeHead(status, headers).end()
        })
      })
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      ;({ port } = server.address() as AddressInfo) // it listens on TCP
      self.url = `http://127.0.0.1:${port}/hook`
    },
  }
  await self.open()
  afterTest(() => self.close())
  return self
}

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'>

export async function hook(
  app: Machinery,
  url: string,
  types: string[] = ['auth.client.created'],
): Promise<WebhookWithSecret> {
  const made = await createWebhook(app, bySystem, { url, event_types: types })
  keepSecret(made.secret, made.secret.slice('whsec_'.length))
  return made
}

/** Publishes events about one subject, numbered in their data. */
export const announce = (
  { db, clock }: Pick<App, 'db' | 'clock'>,
  subject: string,
  count = 1,
  type: EventType = 'auth.client.created',
): Promise<void> =>
  transaction(db, (tx) =>
    publishAll(
      tx,
      clock.now(),
      bySystem,
      Array.from({ length: count }, (_, n) => ({ type, subject, data: { n } })),
    ),
  )

/** How a receiver verifies, written from the specification (Standard Webhooks 1.0.0) and from nothing of ours. */
export function verifies(secret: string, { headers, body }: Received): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(signed).digest('base64')
  return String(headers['webhook-signature'])
    .split(' ')
    .some((one) => one === `v1,${expected}`)
}

/** Looks every few milliseconds until it holds; mocha's patience ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 15))
}

export interface Stored {
  id: string
  state: string
  attempts: number
  last_result: string | null
  last_status: number | null
  data: { type: string; event: string }
}

/** Deliveries to one webhook, in their order. */
export const deliveriesTo = ({ db }: Pick<App, 'db'>, webhookId: string): Promise<Stored[]> =>
  db('deliveries').select<Stored[]>('*').where({ destination: webhookId }).orderBy('place')

interface Standing {
  state: string
  stopped_because: string | null
  failing_since: Date | null
}

export async function stateOf({ db }: Pick<App, 'db'>, id: string): Promise<Standing> {
  const [found] = await db('webhooks')
    .select<Standing[]>('state', 'stopped_because', 'failing_since')
    .where({ id })
  if (!found) throw new Error('there is no such webhook')
  return found
}
