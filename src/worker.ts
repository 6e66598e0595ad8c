import type { Gatehouse } from './app.ts'
import { jobs as auditJobs } from './features/audit/index.ts'
import { jobs as authenticationJobs } from './features/authentication/index.ts'
import { jobs as keyJobs } from './features/keys/index.ts'
import { jobs as linkJobs } from './features/links/index.ts'
import { jobs as mailJobs, reactions as mailReactions } from './features/notifications/index.ts'
import { jobs as oidcJobs } from './features/oidc/index.ts'
import type { Job, Reaction } from './features/outbox/index.ts'
import { jobs as revocationJobs } from './features/revocations/index.ts'
import { jobs as portalJobs, reactions as portalReactions } from './features/portal/index.ts'
import { inBatches } from './platform/batches.ts'
import { sweepLimits } from './platform/limits/index.ts'
import { reactions as sessionReactions } from './features/sessions/index.ts'

/** THE list of every feature's answers to other features' events. */
export const reactions = (app: Gatehouse): Reaction[] => [
  ...sessionReactions(app),
  ...mailReactions(app),
  ...portalReactions(app),
]

/** THE list of every feature's recurring and queued work. */
export const jobs = (app: Gatehouse): Job[] => [
  ...auditJobs(app),
  ...keyJobs(app),
  ...linkJobs(app),
  ...mailJobs(app),
  ...revocationJobs(app),
  ...oidcJobs(app),
  ...authenticationJobs(app),
  ...portalJobs(app),
  {
    name: 'limits.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => sweepLimits(app.db, app.clock.now(), limit)),
  },
]
