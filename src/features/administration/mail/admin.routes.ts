import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { reportBounce } from './report-bounce.ts'
import { Bounce } from './schema.ts'

/** Mail that came back, for administrators and for the services that read it. */
export const mailRoutes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'post',
    path: '/admin/mail/bounces',
    summary: 'Report that mail to an address came back, or was complained about',
    access: { permission: 'mail:write:any' },
    body: Bounce,
    reply: { 204: z.undefined() },
    async handle({ by, body }) {
      await reportBounce(app, by, body)
      return { status: 204 }
    },
  }),
]
