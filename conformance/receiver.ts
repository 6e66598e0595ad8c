import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

import type { Authority } from './authority.ts'
import { must } from './check.ts'

/** What a client's own server was told. */
export interface Told {
  path: string
  form: URLSearchParams
  body: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Receiver {
  origin: string
  /** Answers GET at a path with this JSON from now on; anything else is answered with nothing. */
  serve(path: string, json: unknown): void
  /** The first of a path, waited for. */
  first(path: string): Promise<Told>
  close(): Promise<void>
}

/** A client's own server, on this machine, with a certificate of the private authority. */
export async function openReceiver({ host }: Pick<Authority, 'host'>): Promise<Receiver> {
  const told: Told[] = []
  const served = new Map<string, string>()
  const server = createServer(host, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      told.push({ path: request.url ?? '', form: new URLSearchParams(body), body, headers: request.headers })
      const json = served.get(request.url ?? '')
      response.writeHead(200, json === undefined ? {} : { 'content-type': 'application/json' }).end(json)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a server that listens has an address of this form
  return {
    origin: `https://localhost:${port}`,
    serve: (path, json) => void served.set(path, JSON.stringify(json)),
    async first(path) {
      for (let turn = 0; turn < 100; turn++) {
        const found = told.find((one) => one.path === path)
        if (found) return found
        await wait(100)
      }
      must(false, `nothing was told to ${path} in ten seconds`)
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
