import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../../platform/http/index.ts'
import { findVerification, listVerifications } from './list-verifications.ts'
import type { VerificationQueue } from './queue.ts'
import { VerificationList, VerificationParams, VerificationView } from './schema.ts'
import { startVerification } from './start-verification.ts'

/** Verifying the whole log. It changes nothing, so whoever may read the log may have it verified. */
export const verificationRoutes = (
  app: Pick<App, 'db' | 'config' | 'clock'>,
  queue: VerificationQueue,
): Route[] => [
  endpoint({
    method: 'post',
    path: '/admin/audit/verifications',
    summary: 'Verify the whole audit log, in the background',
    access: { permission: 'audit:read:any' },
    signedInWithin: recentSignInSeconds,
    reply: { 202: VerificationView },
    async handle({ caller }) {
      const id = await startVerification(app, queue, caller)
      return {
        status: 202,
        body: await findVerification(app, queue, id),
        headers: { location: `${app.config.issuer}/admin/audit/verifications/${id}` },
      }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/audit/verifications',
    summary: 'List verifications of the audit log, newest first',
    access: { permission: 'audit:read:any' },
    recordsReading: true, // nothing of it is about anybody
    reply: { 200: VerificationList },
    handle: async () => ({ status: 200, body: { items: await listVerifications(app, queue) } }),
  }),

  endpoint({
    method: 'get',
    path: '/admin/audit/verifications/:id',
    summary: 'Show how far a verification of the audit log is, and what it found',
    access: { permission: 'audit:read:any' },
    recordsReading: true, // nothing of it is about anybody
    params: VerificationParams,
    reply: { 200: VerificationView },
    handle: async ({ params }) => ({ status: 200, body: await findVerification(app, queue, params.id) }),
  }),
]
