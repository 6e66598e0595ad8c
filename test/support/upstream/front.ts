import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Middleware, Next } from 'koa'

import type { Seen } from './contract.ts'
import { bendAnswer, bendCallback, toldHere } from './lies-in-answers.ts'
import type { State } from './state.ts'

/** What a path is for; every provider's paths end in one of these. */
const endpoints: readonly [RegExp, Seen['endpoint']][] = [
  [/\/(jwks|keys)\/?$/, 'jwks'],
  [/\/\.well-known\//, 'discovery'],
  [/\/(token|access_token|accessToken)$/, 'token'],
  [/\/(userinfo|me|user|emails)$/, 'userinfo'],
  [/\/debug_token$/, 'debug'],
  [/\/(authorize|authorization|oauth)$/, 'authorize'],
]

const endpointOf = (path: string): Seen['endpoint'] =>
  endpoints.find(([pattern]) => pattern.test(path))?.[1] ?? 'page'

const slowMilliseconds = 10_000

/** Stands in front of a provider: writes down what it was asked, and bends what it answers. */
export const front =
  (state: State): Middleware =>
  async (ctx, next) => {
    const endpoint = endpointOf(ctx.path)
    const seen = record(ctx, endpoint)
    state.seen.push(seen)
    if (endpoint === 'authorize' || endpoint === 'page') {
      await next()
      bendRedirect(state, ctx)
    } else {
      await answer(state, endpoint, ctx, next)
    }
    seen.body = bodyOf(ctx)
  }

async function answer(
  state: State,
  endpoint: Parameters<typeof toldHere>[2],
  ctx: Context,
  next: Next,
): Promise<void> {
  if (toldHere(state, 'down', endpoint)) {
    ctx.respond = false
    ctx.req.socket.destroy()
    return
  }
  if (toldHere(state, 'slow', endpoint)) await sleep(slowMilliseconds)
  await next()
  await bendAnswer(state, endpoint, ctx)
}

/** A redirect away from the provider is an authorization response. */
function bendRedirect(state: State, ctx: Context): void {
  const location = ctx.response.get('location')
  if (!URL.canParse(location) || location.startsWith(`${state.base}/`)) return
  const url = new URL(location)
  const parameters = Object.fromEntries(url.searchParams)
  const isResponse = 'code' in parameters || 'error' in parameters
  if (!isResponse) return
  for (const name of ['code', 'error', 'error_description', 'state', 'iss']) url.searchParams.delete(name)
  for (const [name, value] of Object.entries(bendCallback(state, parameters)))
    url.searchParams.set(name, value)
  ctx.set('location', url.href)
}

const record = (ctx: Context, endpoint: Seen['endpoint']): Seen => ({
  method: ctx.method,
  path: ctx.path,
  endpoint,
  query: texts(ctx.query),
  body: {},
  headers: texts(ctx.headers),
})

/** The form of a request, as the provider itself read it. */
function bodyOf(ctx: Context): Record<string, string> {
  const { oidc } = ctx as { oidc?: { body?: object } } // there when the library answered
  const { body } = ctx.request as { body?: object } // there when our parser read it
  return texts(oidc?.body ?? body ?? {})
}

const texts = (members: object): Record<string, string> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]))
