import type { Context } from 'koa'

import { httpErrors } from './problems.ts'

/**
 * Refuses a form that another site sent (cross-site request forgery, login forms included). Browsers name the page's
 * origin with every POST and, the newer ones, its relation in Sec-Fetch-Site; where neither stands it is no browser, and
 * the form's own token decides (OWASP Cross-Site Request Forgery Prevention).
 *
 * @throws foreign_origin (403): the form was sent from another site.
 */
export function refuseForeignOrigin(ctx: Context, issuer: string): void {
  const site = ctx.get('sec-fetch-site')
  const origin = ctx.get('origin')
  const foreignSite = site !== '' && site !== 'same-origin' && site !== 'none'
  // Under `Referrer-Policy: no-referrer` a browser says "Origin: null" about our own pages, which says nothing.
  const foreignOrigin = origin !== '' && origin !== 'null' && origin !== issuer
  if (foreignSite || foreignOrigin) throw httpErrors.foreign_origin()
}
