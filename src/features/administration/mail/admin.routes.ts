import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'
import { suppressAddress } from './suppress-address.ts'

const Bounce = z.object({
  address: z.string().max(320),
  reason: z.enum(['bounced', 'complained']),
})

export const routes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'post',
    path: '/admin/mail/bounces',
    summary: 'Report that mail to an address came back, or was complained about',
    access: { permission: 'mail:write:any' },
    body: Bounce,
    reply: { 204: z.undefined() },
    async handle({ by, body }) {
      await transaction(app.db, (tx) => suppressAddress(app, tx, app.clock.now(), by, body))
      return { status: 204 }
    },
  }),
]
