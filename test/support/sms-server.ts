import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

import { keepSecret } from './canary.ts'
import { afterTest } from './parts.ts'

export interface ReceivedSms {
  to: string
  from: string
  text: string
  headers: IncomingHttpHeaders
}

export interface SmsServer {
  /** What a service is started with to send by it. */
  variables: Record<string, string>
  /** Once each, by its idempotency key, as a provider does. */
  received: ReceivedSms[]
  /** How often somebody called. */
  asked: number
  /** What it answers; null: it never does. */
  status: number | null
}

/** A real provider of text messages on this machine that keeps what it gets, until the test ends. */
export async function smsServer(provider: 'json' | 'twilio' = 'json'): Promise<SmsServer> {
  const server: SmsServer = { variables: {}, received: [], asked: 0, status: 202 }
  const keys = new Set<string>()
  const token = 'sms-account:sms-token-of-the-test'
  keepSecret(token)
  const http = createServer((request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      server.asked++
      if (server.status === null) return
      const key = String(request.headers['idempotency-key'] ?? `none ${server.asked}`)
      if (server.status < 300 && !keys.has(key)) {
        keys.add(key)
        const message = readers[provider](Buffer.concat(parts).toString())
        keepSecret(message.to)
        server.received.push({ ...message, headers: request.headers })
      }
      reply.writeHead(server.status, { 'content-type': 'application/json' }).end('{"sid":"SM1"}')
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        http.close(() => {
          resolve()
        })
        http.closeAllConnections()
      }),
  )
  // A server that listens on a port has an address of this form.
  const { port } = http.address() as AddressInfo
  server.variables = {
    SMS_PROVIDER: provider,
    SMS_URL: `http://127.0.0.1:${port}/messages`,
    SMS_TOKEN: token,
    SMS_FROM: '+14155550100',
    OUTBOUND_ALLOW: '127.0.0.1',
  }
  return server
}

type Message = Pick<ReceivedSms, 'to' | 'from' | 'text'>

const readers: Record<'json' | 'twilio', (body: string) => Message> = {
  json: (body) => JSON.parse(body) as Message, // the tests look at each member
  twilio(body) {
    const form = new URLSearchParams(body)
    return { to: form.get('To') ?? '', from: form.get('From') ?? '', text: form.get('Body') ?? '' }
  },
}
