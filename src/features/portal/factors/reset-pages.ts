import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageRoute } from '../../../platform/http/index.ts'
import { cancelOwnFactorReset } from '../../factor-resets/index.ts'
import { atAccount, demandOwnForm } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { cancelResetPath } from './own-reset.ts'

const Form = z.object({ csrf: z.string().max(200) })

export const resetPages = (portal: Portal): PageRoute[] => [
  page({
    method: 'post',
    path: cancelResetPath,
    summary: 'Call the removal of my second factors off',
    form: Form,
    // Any session may: whoever has one is told on its first page, and must not have to find a code to say no.
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'overview', by }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        try {
          await cancelOwnFactorReset(portal, visit.by, visit.user.id)
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'factor_reset_not_found') throw error
        }
        return { redirect: `${places.overview}?done=factor_reset_cancelled` }
      }),
  }),
]
