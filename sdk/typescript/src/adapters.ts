import type { IncomingMessage, ServerResponse } from 'node:http'

import { type AccessToken, TokenRefused, type Verifier, type VerifyOptions } from './verify.ts'

/** What every route of an API wants of its callers. */
export interface TokenCheck extends VerifyOptions {
  verifier: Verifier
}

/** RFC 6750, section 2.1: the header alone; addresses and forms are kept in logs. */
async function check(
  { verifier, ...options }: TokenCheck,
  authorization: string | null | undefined,
): Promise<AccessToken> {
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '') ?? []
  if (token === undefined) throw new TokenRefused(authorization ? 'invalid_token' : 'missing')
  return verifier.verifyAccessToken(token, options)
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** What to answer to who is refused. @throws whatever is no refusal */
function answerOf(error: unknown): Answer {
  if (!(error instanceof TokenRefused)) throw error
  const { status, code, message, challenge } = error
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(challenge !== null && { 'www-authenticate': challenge }),
    },
    body: JSON.stringify({ type: `urn:gatehouse:problem:${code}`, title: message, status }),
  }
}

/** For `node:http`: the token, or null once the refusal is answered. */
export async function nodeToken(
  wanted: TokenCheck,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<AccessToken | null> {
  try {
    return await check(wanted, request.headers.authorization)
  } catch (error) {
    const { status, headers, body } = answerOf(error)
    response.writeHead(status, headers).end(body)
    return null
  }
}

/** For Express: the token is in `request.accessToken`. */
export function expressToken(wanted: TokenCheck) {
  return (
    request: IncomingMessage & { accessToken?: AccessToken },
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    nodeToken(wanted, request, response).then((token) => {
      if (token === null) return
      request.accessToken = token
      next()
    }, next)
  }
}

interface KoaContext {
  get(name: string): string
  set(headers: Record<string, string>): void
  state: Record<string, unknown>
  status: number
  body: unknown
}

/** For Koa: the token is in `ctx.state.accessToken`. */
export function koaToken(wanted: TokenCheck) {
  return async (ctx: KoaContext, next: () => Promise<unknown>): Promise<void> => {
    try {
      ctx.state.accessToken = await check(wanted, ctx.get('authorization'))
    } catch (error) {
      const { status, headers, body } = answerOf(error)
      ctx.status = status
      ctx.set(headers)
      ctx.body = body
      return
    }
    await next()
  }
}

/** For what answers a `Request` by a `Response`: the token, or the refusal to be answered. */
export async function fetchToken(wanted: TokenCheck, request: Request): Promise<AccessToken | Response> {
  try {
    return await check(wanted, request.headers.get('authorization'))
  } catch (error) {
    const { status, headers, body } = answerOf(error)
    return new Response(body, { status, headers })
  }
}
