import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import type { Context } from 'koa'

import { Problem } from '../errors.ts'
import { bounded } from './incoming.ts'
import { httpErrors } from './problems.ts'

/** A form with a file, as a browser sends it (RFC 7578). */
export interface Upload {
  fields: Record<string, string>
  /** Of the file; empty where none was chosen. */
  bytes: Buffer
}

const limits = { fields: 50, fieldSize: 40_000, files: 1, parts: 60 }

/**
 * Reads such a form into memory: of somebody who is known and may send one, so never before that was looked at.
 *
 * @throws unsupported_media_type (415); malformed (400)
 * @throws payload_too_large (413), when it said so or as soon as it is.
 */
export async function readUpload(ctx: Context, maximumBytes: number): Promise<Upload> {
  const type = ctx.get('content-type')
  if (ctx.request.type !== 'multipart/form-data') throw httpErrors.unsupported_media_type()
  if (Number(ctx.get('content-length')) > maximumBytes) throw httpErrors.payload_too_large()
  ctx.req.mayTakeLong = true
  const fields = new Map<string, string>()
  const chunks: Buffer[] = []
  try {
    const reader = new Busboy({ headers: { 'content-type': type }, limits })
    reader.on('field', (name, value) => fields.set(name, value))
    reader.on('file', (_name, file) => {
      file.on('data', (chunk: Buffer) => chunks.push(chunk))
      file.on('error', (error) => reader.destroy(error)) // it ends in the middle
    })
    await pipeline(bounded(ctx.req, maximumBytes), reader)
  } catch (error) {
    throw error instanceof Problem ? error : httpErrors.malformed({ cause: error })
  }
  return { fields: Object.fromEntries(fields), bytes: Buffer.concat(chunks) }
}
