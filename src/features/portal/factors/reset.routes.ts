import { z } from 'zod'

import { endpoint, type Route } from '../../../platform/http/index.ts'
import { cancelOwnFactorReset, factorResetErrors, findFactorReset } from '../../factor-resets/index.ts'
import type { Parts } from '../parts.ts'

const ResetView = z.object({
  requested_at: z.date(),
  ready_at: z.date().meta({ description: 'From when on they may be removed in a sign-in.' }),
  place: z.string().meta({ description: 'The address from which it was asked for.' }),
  browser: z.string(),
})

/**
 * A removal of somebody's second factors that waits for its time. Any sign-in of theirs sees it and may call it off: to say no
 * takes less than to say yes.
 */
export const resetRoutes = (app: Parts): Route[] => [
  endpoint({
    method: 'get',
    path: '/users/me/factors/reset',
    summary: 'Show whether my second factors are to be removed',
    access: { permission: 'factors:read:own' },
    reply: { 200: ResetView },
    async handle({ caller }) {
      const reset = await findFactorReset(app.db, caller.userId, app.clock.now())
      if (!reset) throw factorResetErrors.factor_reset_not_found()
      const { requestedAt, readyAt, ip, browser } = reset
      return { status: 200, body: { requested_at: requestedAt, ready_at: readyAt, place: ip, browser } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/factors/reset',
    summary: 'Call the removal of my second factors off',
    access: { permission: 'factors:write:own' },
    reply: { 204: z.undefined() },
    async handle({ caller }) {
      await cancelOwnFactorReset(app, caller, caller.userId)
      return { status: 204 }
    },
  }),
]
