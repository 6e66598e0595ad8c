import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Replica } from './replica.ts'

/** As much of a balancer as matters here: sends each request, once, to a replica that was ready when it last looked. */
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

/** Says that no replica answered: the client does not know what became of its request. */
export const unreachable = 'x-nobody-answered'

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

  function forward(request: IncomingMessage, response: ServerResponse): void {
    const all = [...ready].filter((replica) => replica.up())
    const candidates = all.length > 0 ? all : replicas.filter((replica) => replica.up())
    const replica = candidates[turn++ % candidates.length]
    if (!replica) {
      request.resume()
      response.writeHead(503, { 'retry-after': '1' }).end()
      return
    }
    now++
    most = Math.max(most, now)
    response.once('close', () => now--)
    const headers = {
      ...request.headers,
      'x-forwarded-for': request.headers['x-forwarded-for'] ?? '127.0.0.1',
    }
    const onward = send(
      `${replica.origin}${request.url ?? '/'}`,
      { method: request.method ?? 'GET', headers, agent },
      (answer) => {
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
      },
    )
    onward.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const why = `${code} at ${replica.name}${all.includes(replica) ? '' : ', which was not ready, but nobody was'}`
      if (response.headersSent) response.destroy()
      else response.writeHead(502, { [unreachable]: why }).end(why)
    })
    request.pipe(onward)
  }

  const server = createServer(forward)
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
