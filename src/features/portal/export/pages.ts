import { z } from 'zod'

import { page, type PageRoute } from '../../../platform/http/index.ts'
import { accountPage, atAccount, demandOwnForm } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { exportData } from './export-data.ts'

const Form = z.object({ csrf: z.string().max(200) })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.data,
    summary: 'Show what a copy of my data holds',
    handle: ({ ctx, by }) =>
      atAccount(portal, ctx, { place: 'data', by, recent: 'begin' }, (visit) =>
        accountPage(portal, ctx, visit, { view: 'account/data' }),
      ),
  }),

  page({
    method: 'post',
    path: places.data,
    summary: 'Download a copy of my data',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'data', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        const { fileName, document } = await exportData(portal, visit.by, visit.user.id)
        const body = JSON.stringify(document, null, 2)
        return { file: { name: fileName, type: 'application/json', body } }
      }),
  }),
]
