import type { Context, Middleware } from 'koa'

import { randomToken } from '../../platform/crypto/index.ts'
import type { AccessTokenClaims } from './access-token.ts'
import { readBody } from './read-body.ts'
import type { UnitOfWork } from './storage/unit-of-work.ts'

const paths = new Set(['/introspect', '/revoke'])

/**
 * Lets JWT access tokens be introspected and revoked (RFC 7662, RFC 7009), which the library refuses by their look. The
 * token in the form is verified here and replaced by a random stand-in under which `stateless-tokens.ts` finds it; a token
 * that does not verify becomes one that nobody knows. The body is handed on unread, as the library wants it.
 */
export function structuredTokens(
  verify: (token: string) => Promise<AccessTokenClaims | null>,
  unitOf: (ctx: Context) => UnitOfWork,
): Middleware {
  return async (ctx, next) => {
    if (ctx.method === 'POST' && paths.has(ctx.path) && ctx.is('application/x-www-form-urlencoded')) {
      const body = await readBody(ctx)
      if (body !== null) handOn(ctx, await withStandIn(body, verify, unitOf(ctx)))
    }
    await next()
  }
}

async function withStandIn(
  body: Buffer,
  verify: (token: string) => Promise<AccessTokenClaims | null>,
  unit: UnitOfWork,
): Promise<Buffer> {
  const form = new URLSearchParams(body.toString())
  const [token, another] = form.getAll('token')
  if (token === undefined || another !== undefined || !looksLikeJwt(token)) return body
  const standIn = `jwt:${randomToken()}`
  const claims = await verify(token)
  if (claims) unit.verifiedTokens.set(standIn, claims)
  form.set('token', standIn)
  return Buffer.from(form.toString())
}

const looksLikeJwt = (token: string): boolean => token.includes('.')

/** Gives the library a request whose body is `body`. It reads by `iterator()` and looks at `readable` and the length. */
function handOn(ctx: Context, body: Buffer): void {
  ctx.req.headers['content-length'] = String(body.length)
  delete ctx.req.headers['transfer-encoding']
  Object.defineProperties(ctx.req, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body
      },
    },
  })
}
