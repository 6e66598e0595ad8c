import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { factorsOf, listFactors } from '../../factors/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { findPerson } from '../users/find-users.ts'
import { Reason, UserParams } from '../users/schema.ts'
import { resetFactorsOf } from './reset-factors.ts'

const FactorView = z.object({
  id: z.uuid(),
  kind: z.enum(['totp', 'sms', 'mail']).meta({ description: 'totp: an authenticator app.' }),
  name: z.string(),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

const FactorList = z.object({ items: z.array(FactorView), recovery_codes_left: z.number().int() })

/** In the query, as of everything that is deleted. */
const Reset = z.strictObject({ reason: Reason })

const WasReset = z.object({
  passkeys_left: z.boolean().meta({
    description: 'True: passkeys stay, of which the person may be asked for one. Delete what they have lost.',
  }),
})

/** People's second factors, for administrators: what there is, and nothing that one could sign in with. */
export const factorRoutes = (app: Pick<App, 'config' | 'db' | 'clock'> & WithSettings): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/users/:id/factors',
    summary: 'List a person’s second factors',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: FactorList },
    async handle({ params }) {
      const { id: userId } = await findPerson(app.db, params.id, app.clock.now())
      const [found, { recoveryCodesLeft }] = await Promise.all([
        listFactors(app.db, userId),
        factorsOf(app.db, userId),
      ])
      const items = found.map(({ id, kind, name, createdAt, lastUsedAt }) => ({
        ...{ id, kind, name, created_at: createdAt, last_used_at: lastUsedAt },
      }))
      return { status: 200, body: { items, recovery_codes_left: recoveryCodesLeft } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id/factors',
    summary: 'Remove all second factors of a person, and sign them out everywhere',
    access: { permission: 'users:recover:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    query: Reset,
    reply: { 200: WasReset },
    async handle({ caller, params, query: { reason } }) {
      const { passkeysLeft } = await resetFactorsOf(app, caller, { userId: params.id, reason })
      return { status: 200, body: { passkeys_left: passkeysLeft } }
    },
  }),
]
