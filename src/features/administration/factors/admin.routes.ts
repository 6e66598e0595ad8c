import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { factorsOf, listFactors } from '../../factors/index.ts'
import { findPerson } from '../users/find-users.ts'
import { UserParams } from '../users/schema.ts'

const FactorView = z.object({
  id: z.uuid(),
  kind: z.enum(['totp', 'sms', 'mail']).meta({ description: 'totp: an authenticator app.' }),
  name: z.string(),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

const FactorList = z.object({ items: z.array(FactorView), recovery_codes_left: z.number().int() })

/** People's second factors, for administrators: what there is, and nothing that one could sign in with. */
export const factorRoutes = ({ db, clock }: Pick<App, 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/users/:id/factors',
    summary: 'List a person’s second factors',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: FactorList },
    async handle({ params }) {
      const { id: userId } = await findPerson(db, params.id, clock.now())
      const [found, { recoveryCodesLeft }] = await Promise.all([
        listFactors(db, userId),
        factorsOf(db, userId),
      ])
      const items = found.map(({ id, kind, name, createdAt, lastUsedAt }) => ({
        ...{ id, kind, name, created_at: createdAt, last_used_at: lastUsedAt },
      }))
      return { status: 200, body: { items, recovery_codes_left: recoveryCodesLeft } }
    },
  }),
]
