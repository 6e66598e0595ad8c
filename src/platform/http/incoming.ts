import { Readable } from 'node:stream'
import type { Context } from 'koa'

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

async function* bounded(chunks: AsyncIterable<Buffer>, maximumBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maximumBytes) throw httpErrors.payload_too_large()
    yield chunk
  }
}
