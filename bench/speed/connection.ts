import { createConnection } from 'node:net'
import { Client as HttpClient } from 'undici'

export interface Answer {
  status: number
  header(name: string): string
  /** One for each cookie. */
  cookies: string[]
  text: string
}

export interface Sent {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
}

/** One connection that is kept alive, with one request on it at a time. */
export interface Connection {
  origin: string
  send(path: string, sent?: Sent): Promise<Answer>
  /** Something else that ends with it. */
  also(close: () => void): void
  close(): Promise<void>
}

/** `network` is told as the address of whoever asks: each connection is another person's. */
export function connect(origin: string, network: number): Connection {
  const client = new HttpClient(origin, { pipelining: 1, keepAliveTimeout: 60_000 })
  const from = { 'x-forwarded-for': `10.${network >> 8}.${network & 255}.7` }
  const others: (() => void)[] = []
  return {
    origin,
    also: (close) => void others.push(close),
    send: (path, { method = 'GET', headers = {}, body = null } = {}) =>
      new Promise((resolve, reject) => {
        let status = 0
        let received: Record<string, string | string[] | undefined> = {}
        const chunks: Buffer[] = []
        client.dispatch(
          { path, method, headers: { ...from, ...headers }, body },
          {
            onRequestStart: () => undefined,
            onResponseStart: (_controller, code, all) => {
              status = code
              received = all
            },
            onResponseData: (_controller, chunk) => {
              chunks.push(chunk)
            },
            onResponseEnd: () => {
              const text = chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()
              const cookies = [received['set-cookie'] ?? []].flat()
              resolve({ status, cookies, text, header: (name) => String(received[name] ?? '') })
            },
            onResponseError: (_controller, error) => {
              reject(error)
            },
          },
        )
      }),
    close: async () => {
      for (const close of others) close()
      await client.destroy()
    },
  }
}

export const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

export const basic = ({ id, secret }: { id: string; secret: string }): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

/**
 * Asks for one document again and again on a connection of its own, byte for byte: what takes a service some microseconds must not
 * wait for its load program. Each answer must be as long as the first and end in the same body.
 */
export function repeat(origin: string, path: string): { again(): Promise<void>; close(): void } {
  const { hostname, port, host } = new URL(origin)
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true })
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  let first: { length: number; body: Buffer } | null = null
  let received = Buffer.alloc(0)
  let waiting: { resolve(): void; reject(error: Error): void } | null = null

  function settle(): void {
    const answered = waiting
    const right =
      received.subarray(0, 12).equals(ok) &&
      received.subarray(-(first?.body.length ?? 0)).equals(first?.body ?? ok)
    const text = received
    received = Buffer.alloc(0)
    waiting = null
    if (right) answered?.resolve()
    else answered?.reject(new Error(`${path} answered otherwise: ${text.toString()}`))
  }

  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    first ??= wholeAnswer(received)
    if (first && received.length >= first.length) settle()
  })
  socket.on('error', (error) => waiting?.reject(error))
  return {
    again: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => {
      socket.destroy()
    },
  }
}

const ok = Buffer.from('HTTP/1.1 200')

/** Null while not all of it is here. */
function wholeAnswer(received: Buffer): { length: number; body: Buffer } | null {
  const head = received.indexOf('\r\n\r\n')
  const [, given] = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, Math.max(0, head))) ?? []
  if (given === undefined) return null
  const length = head + 4 + Number(given)
  return received.length < length ? null : { length, body: Buffer.from(received.subarray(head + 4, length)) }
}
