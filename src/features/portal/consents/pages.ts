import { z } from 'zod'

import { page, type PageRoute } from '../../../platform/http/index.ts'
import { claimOf } from '../../consents/index.ts'
import { readConsentName, textIn } from '../../apis/index.ts'
import { present } from '../../presentation/index.ts'
import { accountPage, atAccount, demandOwnForm, done } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { disconnectApp } from './disconnect-app.ts'
import { listApps } from './list-apps.ts'

const Query = z.object({ done: z.literal('disconnected').optional().catch(undefined) })
const Form = z.object({ csrf: z.string().max(200), client_id: z.string().min(1).max(600) })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.apps,
    summary: 'Show the applications I let have something',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'apps', by }, async (visit) => {
        const apps = await listApps(portal, visit.user.id)
        const { language } = await present(portal, ctx, { uiLocales: visit.user.locale ?? undefined })
        const shown = apps.map(async (one) => ({
          ...one,
          scopes: await Promise.all(one.scopes.map((name) => scopeShown(portal, name, language))),
        }))
        return accountPage(portal, ctx, visit, {
          view: 'account/apps',
          notice: query.done === undefined ? null : 'account.apps.disconnected',
          locals: { apps: await Promise.all(shown) },
        })
      }),
  }),

  page({
    method: 'post',
    path: places.apps,
    summary: 'Take back what I let an application have',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'apps', by }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        await disconnectApp(portal, visit.by, { userId: visit.user.id, clientId: form.client_id })
        return done('apps', 'disconnected')
      }),
  }),
]

/** A scope of a registered API shows what it lets an application do; one without a text, its name. */
async function scopeShown({ apis }: Pick<Portal, 'apis'>, name: string, language: string) {
  const claim = claimOf(name)
  if (claim !== null) return { name: claim, titleKey: `claims.${claim}` }
  const named = readConsentName(name)
  if (!named) return { name, titleKey: `scopes.${name}.title` }
  const api = await apis.byIdentifier(named.identifier)
  const scope = api?.scopes.find((one) => one.name === named.scope)
  return {
    name: named.scope,
    titleKey: null,
    text: scope ? textIn(scope.description, language) : named.scope,
  }
}
