import { z } from 'zod'

import type { App } from '../../platform/app.ts'
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
      await suppressAddress(app, by, body.address, body.reason)
      return { status: 204 }
    },
  }),
]
