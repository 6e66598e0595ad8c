import type { Context } from 'koa'

import { pickLanguage } from '../../lib/language.ts'
import type { App } from '../../platform/app.ts'
import type { Brand } from '../../platform/views/index.ts'
import type { WithSettings } from '../settings/index.ts'

export interface Presentation {
  language: string
  brand: Brand
}

/**
 * The brand of this deployment, and the first language somebody wished for: the link clicked on the page, what the client
 * asked for (`ui_locales`, OpenID Connect Core 1.0, section 3.1.2.1), the browser, the setting.
 */
export async function present(
  app: Pick<App, 'views'> & WithSettings,
  ctx: Context,
  scope: { clientId?: string | undefined; uiLocales?: string | undefined } = {},
): Promise<Presentation> {
  const at = scope.clientId === undefined ? {} : { clientId: scope.clientId }
  const [brand, fallback] = await Promise.all([
    app.settings.get('brand', at),
    app.settings.get('languages.default', at),
  ])
  const clicked = typeof ctx.query.ui_locales === 'string' ? ctx.query.ui_locales : undefined
  const accepted = ctx.get('accept-language')
  return { brand, language: pickLanguage(app.views.languages, clicked, scope.uiLocales, accepted, fallback) }
}

/** Links to the same page in each language there is. */
export const languageLinks = ({ views }: Pick<App, 'views'>): { language: string; href: string }[] =>
  views.languages.map((language) => ({ language, href: `?ui_locales=${language}` }))
