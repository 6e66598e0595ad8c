import { randomMark } from '../../platform/crypto/index.ts'
import { addressOf, type ApiCall, type ApiRequest } from '../../platform/command.ts'
import { Problem } from '../../platform/errors.ts'
import { errors } from './errors.ts'
import { freshTokens, signedInAt } from './signed-in.ts'
import { notSignedIn } from './server.ts'

/** Milliseconds. */
const patience = 30_000

/** Milliseconds in which a file is sent, or comes. */
const patienceWithFiles = 60 * 60_000

/**
 * The API of a server, in the name of who is signed in there. Nobody is asked anything here: whoever may not do it is refused by
 * the server.
 *
 * @throws not_signed_in, sign_in_too_old (401): both say what to type.
 */
export const apiAt =
  (path: string, server: string): ApiCall =>
  async (request) => {
    const { access } = await freshTokens(path, server, signedInAt(path, server))
    const reply = await send(server, access, request)
    if (!reply.ok) throw await refusalIn(server, reply)
    if (request.streams) return { status: reply.status, body: null, chunks: allOf(server, reply) }
    return { status: reply.status, body: reply.status === 204 ? null : await reply.json() }
  }

/** What ends before its end is not taken for all of it. */
async function* allOf(server: string, reply: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of reply.body ?? []) yield chunk
  } catch (cause) {
    throw errors.server_unreachable({ detail: `${server} broke off: what came is not all.`, cause })
  }
}

async function send(server: string, access: string, request: ApiRequest): Promise<Response> {
  const { query = {}, upload, streams } = request
  const { method, path } = addressOf(request)
  const url = new URL(path, server)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value))
  try {
    return await fetch(url, {
      method,
      redirect: 'error', // the token is for this server alone
      signal: AbortSignal.timeout((upload ?? streams) ? patienceWithFiles : patience),
      headers: { authorization: `Bearer ${access}`, ...headersOf(request) },
      ...contentOf(request),
    })
  } catch (cause) {
    throw errors.server_unreachable({ detail: `Nothing answers at ${server}, or not in time.`, cause })
  }
}

function headersOf({ does, body, upload, streams }: ApiRequest): Record<string, string> {
  const type = upload?.type ?? (body === undefined ? null : 'application/json')
  return {
    accept: streams ? '*/*' : 'application/json, application/problem+json',
    ...(type !== null && { 'content-type': type }),
    ...(does.startsWith('POST ') && { 'idempotency-key': randomMark() }),
  }
}

function contentOf({ body, upload }: ApiRequest): RequestInit {
  if (upload) return { body: upload.chunks, duplex: 'half' }
  return body === undefined ? {} : { body: JSON.stringify(body) }
}

/** Problem details (RFC 9457) as they came; whoever must sign in, anew or more surely, is told how (RFC 9470, section 3). */
async function refusalIn(server: string, reply: Response): Promise<Error> {
  const challenge = reply.headers.get('www-authenticate') ?? ''
  if (reply.status === 401 && challenge.includes('insufficient_user_authentication'))
    return errors.sign_in_too_old({ detail: `Sign in anew with: gatehouse login --fresh ${server}` })
  if (reply.status === 401) return notSignedIn(server)
  const said: unknown = await reply.json().catch(() => null)
  const { type, title, detail, errors: fields } = Object(said) as Record<string, unknown> // each member is checked
  const code = typeof type === 'string' ? type.replace('urn:gatehouse:problem:', '') : 'server_unsuitable'
  const spec = {
    status: reply.status,
    title: typeof title === 'string' ? title : `${server} refuses (${reply.status}).`,
  }
  return new Problem(code, spec, {
    ...(typeof detail === 'string' && { detail }),
    ...(Array.isArray(fields) && { fields: fields.map(fieldIn) }),
  })
}

function fieldIn(said: unknown): { field: string; detail: string } {
  const { field, detail } = Object(said) as Record<string, unknown> // each is made text
  return { field: String(field), detail: String(detail) }
}
