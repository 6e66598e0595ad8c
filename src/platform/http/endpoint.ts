import type { z } from 'zod'

import type { By, Caller } from '../app.ts'
import type { Problem } from '../errors.ts'
import type { LimitName } from '../limits/index.ts'

/** Who may call. There is no default: an endpoint without an access rule does not compile. */
export type Access = 'public' | 'signed-in' | { permission: string }

type CallerFor<Rule extends Access> = Rule extends 'public' ? null : Caller

export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
  /** Instead of a body: what is sent as it is made, of one of the route's `streams`. */
  stream?: { type: string; chunks: AsyncIterable<string> }
}

/** A body that is read as it comes in: whoever reads slowly makes its sender wait. */
export interface Incoming {
  /** One of those the route takes, without parameters. */
  type: string
  chunks: AsyncIterable<Buffer>
}

interface Endpoint<Rule extends Access, Params, Query, Body> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  path: string
  /** One line, imperative; becomes the operation's title in the OpenAPI document. */
  summary: string
  access: Rule
  /** Seconds: who signed in longer ago, or without a second factor that they have, must do so again (RFC 9470, section 3). */
  signedInWithin?: number
  /** The body names, in `client_id`, the client that calls: scripts of its origins may read the answer. */
  namesClient?: true
  /** Its handler records the reading of other people's data itself, and says more of it than the path does. */
  recordsReading?: true
  /** Creates something: asked again under the same `Idempotency-Key`, it is answered again and not done again. */
  idempotent?: true
  /** Takes `If-Match`: its handler hands `ifMatch` to demandMatch, and its `GET` answers with an `etag` of etagOf. */
  versioned?: true
  /** Counted per network before anything else happens; `api` unless named. Probes have none. */
  limit?: LimitName | 'none'
  /** How a refusal is told where another standard than RFC 9457 says so. */
  refusedAs?: (problem: Problem) => object
  /** Bytes of a body that may be larger than is usual. */
  bodyBytes?: number
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** Takes a body of one of these types instead of JSON, as it comes in; cut off at `maximumBytes`. */
  takes?: { types: readonly string[]; maximumBytes: number }
  /** Types in which its success is sent as a stream; its schema is then of one piece of text. */
  streams?: readonly string[]
  /** Every status the handler may answer with. An undeclared one is a bug and becomes a 500. */
  reply: Record<number, z.ZodType>
  handle(call: {
    caller: CallerFor<Rule>
    by: By
    params: Params
    query: Query
    body: Body
    /** The header as it was sent, for operations that know who calls by something else than an access token. */
    authorization: string
    /** The header `If-Match` as it was sent; empty without. */
    ifMatch: string
    /** What a route that `takes` something was sent. */
    incoming: Incoming
  }): Promise<Reply>
}

/** An endpoint with its types forgotten: what the server, the OpenAPI document and the guard test read. */
export interface Route extends Omit<Endpoint<Access, unknown, unknown, unknown>, 'handle'> {
  handle(call: {
    caller: Caller | null
    by: By
    params: unknown
    query: unknown
    body: unknown
    authorization: string
    /** The header `If-Match` as it was sent; empty without. */
    ifMatch: string
    /** What a route that `takes` something was sent. */
    incoming: Incoming
  }): Promise<Reply>
}

/**
 * Declares one JSON operation: its contract is data, its handler a function of validated input. Callers prove themselves
 * by a bearer token only (RFC 6750); cookies are not looked at.
 */
export function endpoint<Rule extends Access, Params = undefined, Query = undefined, Body = undefined>(
  declared: Endpoint<Rule, Params, Query, Body>,
): Route {
  return declared // safe: serve() passes handle() only what the rule and these schemas let through
}
