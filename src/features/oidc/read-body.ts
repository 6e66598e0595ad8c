import type { Context } from 'koa'

/** Bytes; the library's own limit. */
const longestBody = 56 * 1024

/** Null when it says that it is too long, and is left unread; empty when it turns out to be. */
export async function readBody(ctx: Context): Promise<Buffer | null> {
  if (Number(ctx.get('content-length')) > longestBody) return null
  const chunks: Buffer[] = []
  let size = 0
  const sent = ctx.req as AsyncIterable<Buffer> // no encoding was set, so chunks are bytes
  for await (const chunk of sent) {
    size += chunk.length
    if (size > longestBody) return Buffer.alloc(0)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
