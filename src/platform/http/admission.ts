import type { IncomingMessage, ServerResponse } from 'node:http'

import { httpErrors } from './problems.ts'

/** Requests that share a bound, since they cost the same kind of thing. */
export interface Admitted {
  name: string
  /** How many may be worked on at one time in this process. */
  open: number
  /** How many more may wait for that, for `waitMs` milliseconds at most. */
  queue: number
  waitMs: number
  why: string
  /** Whether a request belongs here; the first class that says so has it. */
  takes(method: string, path: string): boolean
}

interface Waiting {
  request: IncomingMessage
  response: ServerResponse
  go(): void
  late: NodeJS.Timeout
}

interface Door {
  bounds: Admitted
  inside: Set<IncomingMessage>
  waiting: Set<Waiting>
}

/**
 * Lets requests in by class, has a few wait at the door, and sends the others away before they cost anything. Work that is
 * begun and then waits for a connection or a core makes everybody late, also those who were in time, and is given up in the
 * end; one class that is flooded leaves the others their share. `refused` hears of each that is sent away.
 */
export function openAdmission(
  classes: readonly Admitted[],
  refused: (name: string) => void = () => undefined,
): (request: IncomingMessage, response: ServerResponse, go: () => void) => void {
  const doors = classes.map((bounds): Door => ({ bounds, inside: new Set(), waiting: new Set() }))

  function enter(door: Door, { request, response, go }: Pick<Waiting, 'request' | 'response' | 'go'>): void {
    door.inside.add(request)
    response.once('close', () => {
      door.inside.delete(request)
      const [next] = door.waiting
      if (!next || !hasRoom(door)) return
      leaveQueue(door, next)
      enter(door, next)
    })
    go()
  }

  function turnAway({ bounds }: Door, request: IncomingMessage, response: ServerResponse): void {
    refused(bounds.name)
    sendAway(request, response)
  }

  function wait(door: Door, request: IncomingMessage, response: ServerResponse, go: () => void): void {
    const late = setTimeout(() => {
      leaveQueue(door, entry)
      turnAway(door, request, response)
    }, door.bounds.waitMs)
    const entry: Waiting = { request, response, go, late }
    door.waiting.add(entry)
    response.once('close', () => {
      leaveQueue(door, entry) // whoever hangs up is not waited for
    })
  }

  return (request, response, go) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const door = doors.find(({ bounds }) => bounds.takes(request.method ?? 'GET', path))
    if (!door || door.bounds.open === Infinity) go()
    else if (hasRoom(door)) enter(door, { request, response, go })
    else if (door.waiting.size < door.bounds.queue) wait(door, request, response, go)
    else turnAway(door, request, response)
  }
}

function leaveQueue(door: Door, entry: Waiting): void {
  clearTimeout(entry.late)
  door.waiting.delete(entry)
}

/** One whose body is still coming costs a socket and nothing else: who sends slowly must not fill the house (slow loris). */
function hasRoom({ bounds, inside }: Door): boolean {
  if (inside.size < bounds.open) return true
  let here = 0
  for (const { complete } of inside) if (complete && ++here >= bounds.open) return false
  return true
}

/** In the form of RFC 9457 and, for who looks for it there, with the code of RFC 6749, section 4.1.2.1. */
const body = JSON.stringify({ ...httpErrors.unavailable().toJSON(), error: 'temporarily_unavailable' })

/** RFC 9110, section 15.6.4. What was sent is read and forgotten, so that the connection may go on. */
function sendAway(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  response.writeHead(503, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'retry-after': '1',
  })
  response.end(body)
}
