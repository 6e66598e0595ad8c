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
  send(path: string, sent?: Sent): Promise<Answer>
  close(): Promise<void>
}

/** `network` is told as the address of whoever asks: each connection is another person's. */
export function connect(origin: string, network: number): Connection {
  const client = new HttpClient(origin, { pipelining: 1, keepAliveTimeout: 60_000 })
  const from = { 'x-forwarded-for': `10.${network >> 8}.${network & 255}.7` }
  return {
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
    close: () => client.destroy(),
  }
}

export const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

export const basic = ({ id, secret }: { id: string; secret: string }): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
