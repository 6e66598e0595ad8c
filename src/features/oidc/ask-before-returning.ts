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
    const back = isSilent(within) ? null : wayBack(within)
    if (redirectUri === null || !back) return
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

/** How the answer that stands ready reaches the client; null where it does not. */
function wayBack(ctx: KoaContextWithOIDC): { url: string } | { fields: Record<string, string> } | null {
  const location = ctx.response.get('location')
  if (ctx.status >= 300 && ctx.status < 400) return location === '' ? null : { url: location }
  if (typeof ctx.body !== 'string' || !ctx.body.includes('document.forms[0].submit()')) return null
  return { fields: fieldsOf(ctx.body) }
}

/** What the library's form would send by itself, in the order it stands there. */
function fieldsOf(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g)
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, unescaped(value)]))
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescaped = (value: string): string =>
  value.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
