import type { Context, Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { allowForeignFormTargets } from '../../platform/http/index.ts'
import { present } from '../presentation/index.ts'
import type { WithSettings } from '../settings/index.ts'

/** What the library's page that sends itself has in its title, and no other page. */
const mark = '<title>Submitting Callback</title>'

/**
 * Shows a page of ours where the library has one that sends itself: an answer by form (OAuth 2.0 Form Post Response Mode), and
 * the sign-out of another account in between. Its own has an inline script, an unstyled button for browsers without scripts, and
 * no words of who is waiting. The library makes it inside, for three of its ways, and lets nobody replace it; what it would have
 * sent is read out of it.
 */
export function formPages(app: Pick<App, 'config' | 'views'> & WithSettings): Middleware {
  return async (ctx, next) => {
    await next()
    if (typeof ctx.body !== 'string' || !ctx.body.includes(mark)) return
    const { action, fields } = formIn(ctx.body)
    await show(app, ctx, { action, fields })
  }
}

interface Form {
  action: string
  fields: { name: string; value: string }[]
}

function formIn(html: string): Form {
  const [, action = ''] = /<form method="post" action="([^"]*)">/.exec(html) ?? []
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g)
  const fields = [...inputs].map(([, name = '', value = '']) => ({ name: plain(name), value: plain(value) }))
  if (action === '' || fields.length === 0) throw new Error('the page of a form has changed in the library')
  return { action: plain(action), fields }
}

const entities: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

const plain = (escaped: string): string =>
  escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)

async function show(
  app: Pick<App, 'config' | 'views'> & WithSettings,
  ctx: Context,
  { action, fields }: Form,
): Promise<void> {
  const { client, params } = (ctx as KoaContextWithOIDC).oidc // the library made the page
  const uiLocales = typeof params?.ui_locales === 'string' ? params.ui_locales : undefined
  const shown = await present(app, ctx, { clientId: client?.clientId, uiLocales })
  const staysHere = action.startsWith(`${app.config.issuer}/logout/`)
  const { status } = ctx
  allowForeignFormTargets(ctx) // as it was before the library let its own script in
  ctx.type = 'html'
  ctx.body = await app.views.render('authentication/form-post', {
    ...shown,
    locals: {
      action,
      fields,
      automatic: true,
      client: client && !staysHere ? { name: client.clientName ?? client.clientId } : null,
    },
  })
  ctx.status = status
}
