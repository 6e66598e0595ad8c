import type { Gatehouse } from './app.ts'
import { type DaysKept, jobs as auditJobs } from './features/audit/index.ts'
import { jobs as authenticationJobs } from './features/authentication/index.ts'
import { reactions as authorizationReactions } from './features/authorization/index.ts'
import { jobs as deliveryJobs, openPump } from './features/deliveries/index.ts'
import { findDevice } from './features/devices/index.ts'
import { jobs as resetJobs, reactions as resetReactions } from './features/factor-resets/index.ts'
import { jobs as factorJobs, reactions as factorReactions } from './features/factors/index.ts'
import { jobs as federationJobs } from './features/federation/index.ts'
import { jobs as importJobs } from './features/imports/index.ts'
import { jobs as keyJobs } from './features/keys/index.ts'
import { jobs as linkJobs } from './features/links/index.ts'
import {
  type Describers,
  jobs as mailJobs,
  reactions as mailReactions,
} from './features/notifications/index.ts'
import {
  findLoginEvent,
  jobs as lockoutJobs,
  reactions as lockoutReactions,
} from './features/lockout/index.ts'
import { logoutChannel, reactions as logoutReactions } from './features/logout/index.ts'
import { jobs as mergingJobs } from './features/merging/index.ts'
import { authenticationRequestJobs, jobs as oidcJobs } from './features/oidc/index.ts'
import { type Job, openWorker, type Reaction } from './features/outbox/index.ts'
import { jobs as revocationJobs } from './features/revocations/index.ts'
import { jobs as passkeyJobs } from './features/passkeys/index.ts'
import { jobs as portalJobs, reactions as portalReactions } from './features/portal/index.ts'
import { jobs as registrationJobs } from './features/registration/index.ts'
import { jobs as statisticsJobs } from './features/statistics/index.ts'
import { jobs as signalJobs, reactions as signalReactions, signalChannel } from './features/signals/index.ts'
import {
  jobs as webhookJobs,
  reactions as webhookReactions,
  webhookChannel,
} from './features/webhooks/index.ts'
import { browserText } from './lib/browser.ts'
import { inBatches } from './platform/batches.ts'
import { sweepIdempotentRequests } from './platform/idempotency/index.ts'
import { sweepLimits } from './platform/limits/index.ts'
import { jobs as sessionJobs, reactions as sessionReactions } from './features/sessions/index.ts'

/** THE list of every feature's answers to other features' events. */
export const reactions = (app: Gatehouse): Reaction[] => [
  ...sessionReactions(app),
  ...authorizationReactions(app),
  ...logoutReactions(app),
  ...signalReactions(app),
  ...lockoutReactions(app),
  ...mailReactions(app, describers),
  ...factorReactions(app),
  ...resetReactions(app),
  ...portalReactions(app),
  ...webhookReactions(app),
]

/** Mail stands below devices and sign-ins and is told by what to call one. A device that was forgotten is nobody's any more. */
const describers: Describers = {
  async device(tx, { deviceId }) {
    const device = typeof deviceId === 'string' ? await findDevice(tx, deviceId) : null
    return { browser: device?.name || null, place: device?.ip || null }
  },
  async signIn(tx, { signInId }) {
    const event = typeof signInId === 'string' ? await findLoginEvent(tx, signInId) : null
    return { browser: (event && browserText(event)) || null, place: event?.ip || null }
  },
}

/** THE list of every feature's recurring and queued work. */
export const jobs = (app: Gatehouse): Job[] => [
  ...auditJobs(app, daysKept(app)),
  ...keyJobs(app),
  ...federationJobs(app),
  ...deliveryJobs(app),
  ...linkJobs(app),
  ...importJobs(app),
  ...mailJobs(app),
  ...revocationJobs(app),
  ...oidcJobs(app),
  ...authenticationRequestJobs(app),
  ...authenticationJobs(app),
  ...mergingJobs(app),
  ...factorJobs(app),
  ...resetJobs(app),
  ...passkeyJobs(app),
  ...portalJobs(app),
  ...lockoutJobs(app),
  ...sessionJobs(app),
  ...registrationJobs(app),
  ...statisticsJobs(app),
  ...signalJobs(app),
  ...webhookJobs(app),
  {
    name: 'limits.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => sweepLimits(app.db, app.clock.now(), limit)),
  },
  {
    name: 'idempotency.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => sweepIdempotentRequests(app.db, app.clock.now(), limit)),
  },
]

/** The settings of how long audit records are kept; audit stands below settings and is handed them. */
const daysKept =
  ({ settings }: Gatehouse): DaysKept =>
  (of) =>
    settings.get(keptFor[of])

const keptFor = {
  governance: 'audit.governance_days',
  'sign-in': 'audit.sign_in_days',
  token: 'audit.token_days',
} as const

/** Starts what a process does beside answering: reactions and jobs, and what is to be told to other servers. */
export async function openWork(app: Gatehouse): Promise<{ close(): Promise<void> }> {
  const worker = await openWorker(app, app.databases, { reactions: reactions(app), jobs: jobs(app) })
  const pump = openPump(app, [logoutChannel(app), signalChannel(app), webhookChannel(app)])
  return {
    close: async () => {
      await Promise.all([worker.close(), pump.close()])
    },
  }
}
