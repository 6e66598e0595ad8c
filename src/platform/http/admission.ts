import type { IncomingMessage, ServerResponse } from 'node:http'

import { httpErrors } from './problems.ts'

/** Requests that share a bound, since they cost the same kind of thing. */
export interface Admitted {
  name: string
  /** How many may be open at one time in this process. */
  open: number
  why: string
  /** Whether a request belongs here; the first class that says so has it. */
  takes(method: string, path: string): boolean
}

/**
 * Lets a request in, or sends it away at the door before it costs anything: true when it may go on. Work that piles up makes
 * everybody late, also those who were in time; one class that is flooded leaves the others their share. `refused` hears of each.
 */
export function openAdmission(
  classes: readonly Admitted[],
  refused: (name: string) => void = () => undefined,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const open = new Map(classes.map((one) => [one, new Set<IncomingMessage>()]))
  return (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const found = classes.find(({ takes }) => takes(request.method ?? 'GET', path))
    const others = found && open.get(found)
    if (!others) return true
    if (others.size >= found.open && underWay(others) >= found.open) {
      refused(found.name)
      sendAway(request, response)
      return false
    }
    others.add(request)
    response.once('close', () => others.delete(request))
    return true
  }
}

/** One whose body is still coming costs a socket and nothing else: who sends slowly must not fill the house (slow loris). */
const underWay = (requests: ReadonlySet<IncomingMessage>): number =>
  [...requests].filter(({ complete }) => complete).length

const refusal = httpErrors.unavailable()

/** In the form of RFC 9457 and, for who looks for it there, with the code of RFC 6749, section 4.1.2.1. */
const body = JSON.stringify({ ...refusal.toJSON(), error: 'temporarily_unavailable' })

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
