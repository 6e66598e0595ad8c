import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Replica } from './replica.ts'

/**
 * As much of a balancer as matters here: sends each request to a replica that was ready when it last looked. Where nothing was
 * sent, or what was sent may be sent twice and not a byte of an answer came, another replica gets it, as nginx does it by default.
 */
export interface Balancer {
  origin: string
  /** Replicas that requests go to now. */
  ready(): Replica[]
  /** Answers that are lost on their way back: the replica has done it, the client hears nothing. Null: none. */
  swallow(which: ((path: string) => boolean) | null): void
  swallowed(): number
  /** Requests that are under way now, and the most there were since the last look. */
  underWay(): { now: number; most: number }
  close(): Promise<void>
}

/** Milliseconds between two looks at readiness. */
const probeEvery = 200

/** Looks in a row that find a replica not ready until it gets no more requests, as orchestrators count. */
const failuresUntilOut = 2

/** Methods that do the same when they are done twice (RFC 9110, section 9.2.2). */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** The connection was refused, so nothing was sent. */
const unsent = 'ECONNREFUSED'

/** Says that no replica answered: the client does not know what became of its request. */
export const unreachable = 'x-nobody-answered'

interface Passed {
  request: IncomingMessage
  response: ServerResponse
  body: Buffer
  tried: Set<Replica>
}

export async function openBalancer(replicas: readonly Replica[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const ready = new Set<Replica>()
  let swallows: ((path: string) => boolean) | null = null
  let [swallowed, now, most, turn] = [0, 0, 0, 0]
  let open = true

  async function probe(replica: Replica): Promise<void> {
    let failures = 0
    while (open) {
      failures = replica.up() && (await isReady(replica)) ? 0 : failures + 1
      if (failures === 0) ready.add(replica)
      else if (failures >= failuresUntilOut || !replica.up()) ready.delete(replica)
      await sleep(probeEvery)
    }
  }

  /** Those that were ready, or else whoever is there, but for who has been tried. */
  function choose(tried: ReadonlySet<Replica>): { replica: Replica | undefined; wasReady: boolean } {
    const up = replicas.filter((replica) => replica.up() && !tried.has(replica))
    const all = up.filter((replica) => ready.has(replica))
    const candidates = all.length > 0 ? all : up
    return { replica: candidates[turn++ % candidates.length], wasReady: all.length > 0 }
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    now++
    most = Math.max(most, now)
    response.once('close', () => now--)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer) // of a request without an encoding
    pass({ request, response, body: Buffer.concat(parts), tried: new Set() })
  }

  function pass({ request, response, body, tried }: Passed): void {
    const { replica, wasReady } = choose(tried)
    if (!replica) {
      response.writeHead(503, { 'retry-after': '1' }).end()
      return
    }
    const { method = 'GET' } = request
    const headers = {
      ...request.headers,
      'x-forwarded-for': request.headers['x-forwarded-for'] ?? '127.0.0.1',
    }
    const onward = send(`${replica.origin}${request.url ?? '/'}`, { method, headers, agent }, (answer) => {
      if (swallows?.(request.url ?? '/')) {
        swallowed++
        answer.resume()
        answer.once('end', () => response.destroy())
        return
      }
      const rest = { ...answer.headers }
      delete rest.connection // of one hop alone (RFC 9110, section 7.6.1)
      response.writeHead(answer.statusCode ?? 502, rest)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    onward.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const why = `${code} at ${replica.name}${wasReady ? '' : ', which was not ready, but nobody was'}`
      tried.add(replica)
      if (response.headersSent) response.destroy()
      else if ((code === unsent || idempotent.has(method)) && choose(tried).replica)
        pass({ request, response, body, tried })
      else response.writeHead(502, { [unreachable]: why }).end(why)
    })
    onward.end(body)
  }

  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy()) // who sent it hung up
  })
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const probing = replicas.map(probe)
  const address = server.address()
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    ready: () => [...ready],
    swallow: (which) => {
      swallows = which
    },
    swallowed: () => swallowed,
    underWay: () => {
      const seen = { now, most }
      most = now
      return seen
    },
    async close() {
      open = false
      await Promise.all(probing)
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function isReady({ origin }: Replica): Promise<boolean> {
  const reply = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(1_800) }).catch(
    () => null,
  )
  await reply?.body?.cancel().catch(() => undefined) // it may have been aborted
  return reply?.status === 200
}
