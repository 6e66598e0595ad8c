import type { Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { grants } from './grants/table.ts'

/** Labels are the last words of the names in the table of grants: `refresh_token`, `device_code`, `token-exchange`. */
const labels: ReadonlyMap<string, string> = new Map(
  Object.values(grants).flatMap(({ name }) =>
    name === null ? [] : [[name, name.split(':').at(-1) ?? name]],
  ),
)

/** Counts what the token endpoint handed out, once it is committed. `nativeGrant` is how this process names its own. */
export function countTokens({ metrics }: Pick<App, 'metrics'>, nativeGrant: string): Middleware {
  return async (ctx, next) => {
    await next()
    const { oidc } = ctx as Partial<KoaContextWithOIDC> // absent where no route matched
    if (oidc?.route !== 'token' || ctx.status !== 200) return
    const name = String(oidc.params?.grant_type)
    metrics.tokens(name === nativeGrant ? 'native' : (labels.get(name) ?? 'other'))
  }
}
