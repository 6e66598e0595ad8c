import type { Middleware } from 'koa'
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { Pages } from './configuration/pages.ts'

declare module 'koa' {
  interface DefaultState {
    /** What the library refused at the authorization endpoint. */
    refusedRequest?: errors.OIDCProviderError
  }
}

/** Keeps what the library refuses at the authorization endpoint for the middleware below. */
export function rememberRefusals(provider: Provider): void {
  provider.on('authorization.error', (ctx, error) => {
    ctx.state.refusedRequest = error
  })
}

/**
 * Does not let a client that registered itself use us to send people to where it likes: an error leads back to it only when the
 * person, told where that is, wants to go there (RFC 9700, section 4.11.2). Where nobody is to see a page, `prompt=none`, the
 * answer goes back as it must (OpenID Connect Core 1.0, section 3.1.2.1).
 *
 * Stands around the commit: what the library did with the request is kept as for any other client.
 */
export function askBeforeReturning({ askToReturn }: Pick<Pages, 'askToReturn'>): Middleware {
  return async (ctx, next) => {
    await next()
    const { refusedRequest: error } = ctx.state
    if (!error?.allow_redirect) return
    const within = ctx as KoaContextWithOIDC // the provider's own context: only it refuses here
    const redirectUri = redirectUriOf(within)
    if (redirectUri === null || isSilent(within)) return
    const back = wayBack(within)
    ctx.remove('location')
    ctx.status = error.error === 'access_denied' ? 200 : 400
    await askToReturn(within, { ...back, redirectUri, error })
  }
}

/** Where the answer goes; null where no client that registered itself is to have it. */
function redirectUriOf({ oidc: { client, params }, query }: KoaContextWithOIDC): string | null {
  const asked = params?.redirect_uri ?? query.redirect_uri
  if (client?.self_registered !== true || typeof asked !== 'string') return null
  return client.redirectUriAllowed(asked) ? asked : null
}

const isSilent = ({ oidc, query }: KoaContextWithOIDC): boolean => {
  const prompt = oidc.params?.prompt ?? query.prompt
  return typeof prompt === 'string' && prompt.split(' ').includes('none')
}

/** How the answer that stands ready reaches the client: by a link, or a form with the fields that would have sent themselves. */
function wayBack(ctx: KoaContextWithOIDC): { url: string } | { fields: Record<string, string> } {
  if (ctx.status >= 300 && ctx.status < 400) return { url: ctx.response.get('location') }
  return { fields: fieldsOf(typeof ctx.body === 'string' ? ctx.body : '') }
}

/** What an answer may hold (RFC 6749, section 4.1.2.1; RFC 9207; JARM). */
const answers = /<input type="hidden" name="(error|error_description|state|iss|response)" value="([^"]*)"/g

const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries([...html.matchAll(answers)].map(([, name = '', value = '']) => [name, unescaped(value)]))

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }

const unescaped = (value: string): string =>
  value
    .replace(/&#(\d{1,4});/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => entities[name] ?? '')
