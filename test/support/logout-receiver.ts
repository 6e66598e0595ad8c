import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { keepSecret } from './canary.ts'
import { afterTest } from './parts.ts'

/** What came in at a relying party's back-channel logout endpoint. */
export interface Received {
  at: number
  method: string
  path: string
  contentType: string
  token: string
}

/** A relying party's server. What it answers can be changed while it runs. */
export interface LogoutReceiver {
  uri: string
  received: Received[]
  answer: (request: IncomingMessage, response: ServerResponse, token: string) => void | Promise<void>
  /** Calls under way now, and the most there were at one time. */
  underWay: { now: number; most: number }
  close(): Promise<void>
  /** Listens again where it did before. */
  open(): Promise<void>
}

export const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): LogoutReceiver['answer'] =>
  (_request, response) => {
    response.writeHead(status, headers).end(body)
  }

/** Listens on a free port of this machine until the test (or the stage that it shares) ends. */
export async function logoutReceiver(path = '/backchannel'): Promise<LogoutReceiver> {
  let port = 0
  let server = createServer()
  const receiver: LogoutReceiver = {
    uri: '',
    received: [],
    answer: answering(200),
    underWay: { now: 0, most: 0 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
    open: async () => {
      server = createServer((request, response) => {
        receive(receiver, request, response).catch(() => response.destroy())
      })
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      ;({ port } = server.address() as AddressInfo) // it listens on TCP
      receiver.uri = `http://127.0.0.1:${port}${path}`
    },
  }
  await receiver.open()
  afterTest(() => receiver.close())
  return receiver
}

async function receive(
  receiver: LogoutReceiver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { underWay } = receiver
  underWay.now++
  underWay.most = Math.max(underWay.most, underWay.now)
  try {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const token = new URLSearchParams(body).get('logout_token') ?? ''
    keepSecret(token)
    const { method = '', url: path = '', headers } = request
    receiver.received.push({
      at: Date.now(),
      method,
      path,
      contentType: headers['content-type'] ?? '',
      token,
    })
    await receiver.answer(request, response, token)
  } finally {
    underWay.now--
  }
}
