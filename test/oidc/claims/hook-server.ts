import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came in. */
export interface Received {
  headers: IncomingHttpHeaders
  body: string
  json: { sub: string; client_id: string; scopes: string[]; token_use: string }
}

/** A service of an operator: it remembers what it was asked, and answers whatever it is told to. */
export interface HookServer {
  url: string
  received: Received[]
  answer: (response: ServerResponse, received: Received) => void
  /** Answers this from now on, and forgets what it was asked. */
  says(claims: unknown): void
  close(): void
}

export async function openHookServer(): Promise<HookServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const received = { headers: request.headers, body, json: JSON.parse(body) as Received['json'] }
      hooks.received.push(received)
      hooks.answer(response, received)
    })
  })
  const hooks: HookServer = {
    url: '',
    received: [],
    answer: (response) => void response.end('{}'),
    says(claims) {
      hooks.received = []
      hooks.answer = (response) => void response.end(JSON.stringify(claims))
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  hooks.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/claims`
  return hooks
}
