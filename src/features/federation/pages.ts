import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { page, type PageRoute } from '../../platform/http/index.ts'
import { errors } from './errors.ts'
import type { WithFederation } from './open.ts'
import { CallbackQuery, receiveAnswer, textsOf } from './requests/receive-answer.ts'

type Parts = Pick<App, 'clock' | 'config' | 'db' | 'limits' | 'log' | 'outbound'> & WithFederation

const Params = z.object({ provider: z.string().max(50) })
const path = '/federation/:provider/callback'

/** Where providers send their answers. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Come back from another provider',
    params: Params,
    query: CallbackQuery,
    async handle({ ctx, by, params, query }) {
      const provider = await parts.federation.providers.bySlug(params.provider)
      if (!provider?.enabled) throw errors.provider_not_found()
      return { redirect: await receiveAnswer(parts, ctx, by, { provider, query }) }
    },
  }),

  page({
    method: 'post',
    path,
    summary: 'Come back from another provider that answers by a form',
    fromOtherSites: true,
    params: Params,
    form: CallbackQuery,
    async handle({ params, form }) {
      // Its cookies are Lax and did not come along; they do with our own GET.
      const query = new URLSearchParams(textsOf(form)).toString()
      return { redirect: `/federation/${encodeURIComponent(params.provider)}/callback?${query}` }
    },
  }),
]
