import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Context } from 'koa'

import { Problem } from '../errors.ts'
import type { Incoming, Route } from './endpoint.ts'
import { httpErrors } from './problems.ts'

declare module 'node:http' {
  interface IncomingMessage {
    /** Its body may take longer to come in than others have (listen.ts). */
    mayTakeLong?: true
  }
}

/**
 * The body of a route that takes one as it comes in. Nothing is kept of it here; text is UTF-8 and comes as it is, not
 * compressed.
 *
 * @throws unsupported_media_type (415)
 * @throws payload_too_large (413), when it said so or as soon as it is.
 */
export function incomingOf(ctx: Context, { takes }: Route): Incoming {
  if (!takes) return { type: '', chunks: Readable.from([]) }
  const { type, charset } = ctx.request
  const plain = ctx.get('content-encoding') === '' && ['', 'utf-8'].includes(charset.toLowerCase())
  if (!takes.types.includes(type) || !plain) throw httpErrors.unsupported_media_type()
  if (Number(ctx.get('content-length')) > takes.maximumBytes) throw httpErrors.payload_too_large()
  ctx.req.mayTakeLong = true
  return { type, chunks: bounded(ctx.req, takes.maximumBytes) }
}

/** What is left of a body that is refused half-way is read and dropped: an answer reaches whoever is still sending. */
export async function* bounded(request: IncomingMessage, maximumBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const piece = chunk as Buffer // no encoding was set
      bytes += piece.length
      if (bytes > maximumBytes) throw httpErrors.payload_too_large()
      yield piece
    }
  } catch (error) {
    throw error instanceof Problem ? error : httpErrors.malformed({ cause: error }) // it broke off
  } finally {
    request.resume()
  }
}
