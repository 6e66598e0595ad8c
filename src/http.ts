import type { RequestListener } from 'node:http'

import { admitted } from './admitted.ts'
import type { Gatehouse } from './app.ts'
import { routes as accountRoutes } from './features/accounts/index.ts'
import { routes as administrationRoutes } from './features/administration/index.ts'
import { adminRoutes as apisAdminRoutes } from './features/apis/index.ts'
import { routes as auditRoutes, verificationRoutes } from './features/audit/index.ts'
import {
  pages as authenticationPages,
  routes as authenticationRoutes,
} from './features/authentication/index.ts'
import { demandDeclared } from './features/authorization/index.ts'
import { adminRoutes as claimAdminRoutes } from './features/claims/index.ts'
import { adminRoutes as configurationRoutes } from './features/configuration/index.ts'
import { pages as consolePages } from './features/console/index.ts'
import { openDemo } from './features/demo/index.ts'
import { pages as documentationPages, tagTexts } from './features/documentation/index.ts'
import {
  adminRoutes as federationAdminRoutes,
  pages as federationPages,
} from './features/federation/index.ts'
import { adminRoutes as importRoutes } from './features/imports/index.ts'
import { routes as invitationRoutes } from './features/invitations/index.ts'
import { pages as mailboxPages } from './features/notifications/index.ts'
import { type Check, metricsRoutes, routes as opsRoutes } from './features/ops/index.ts'
import { routes as passkeyRoutes } from './features/passkeys/index.ts'
import { pages as portalPages, routes as portalRoutes } from './features/portal/index.ts'
import { present } from './features/presentation/index.ts'
import {
  adminRoutes as registrationAdminRoutes,
  routes as registrationRoutes,
} from './features/registration/index.ts'
import { adminRoutes as keysAdminRoutes } from './features/keys/index.ts'
import { adminRoutes as jobsAdminRoutes } from './features/jobs/index.ts'
import { adminRoutes as settingsAdminRoutes } from './features/settings/index.ts'
import { adminRoutes as statisticsAdminRoutes } from './features/statistics/index.ts'
import { adminRoutes as signalAdminRoutes, routes as signalRoutes } from './features/signals/index.ts'
import { adminRoutes as webhookAdminRoutes } from './features/webhooks/index.ts'
import { gauges } from './gauges.ts'
import { pages as homePages } from './home.ts'
import { verificationQueue } from './verification-queue.ts'
import { witnessing } from './witness.ts'
import { reachable, schemaServes } from './platform/db/index.ts'
import { openGauges } from './platform/gauges.ts'
import {
  openAdmission,
  type PageRoute,
  requestContext,
  type Route,
  securityHeaders,
  serve,
  toOriginForm,
  withOpenapi,
} from './platform/http/index.ts'

/** THE list of every feature's JSON operations, in mount order. */
export const routes = (app: Gatehouse): Route[] => [
  ...accountRoutes(app),
  ...importRoutes(app), // before what takes any word for somebody's id
  ...administrationRoutes(app),
  ...auditRoutes(app),
  ...verificationRoutes(app, verificationQueue),
  ...apisAdminRoutes(app),
  ...invitationRoutes(app),
  ...federationAdminRoutes(app),
  ...claimAdminRoutes(app),
  ...configurationRoutes(app),
  ...authenticationRoutes(app),
  ...passkeyRoutes(app),
  ...portalRoutes(app),
  ...registrationRoutes(app),
  ...registrationAdminRoutes(app),
  ...settingsAdminRoutes(app),
  ...keysAdminRoutes(app),
  ...jobsAdminRoutes(app),
  ...statisticsAdminRoutes(app),
  ...signalRoutes(app),
  ...signalAdminRoutes(app),
  ...webhookAdminRoutes(app),
]

/** THE list of every feature's pages, in mount order. Development pages are not there in production. */
export const pages = (app: Gatehouse): PageRoute[] => [
  ...homePages(app),
  ...authenticationPages(app),
  ...federationPages(app),
  ...portalPages(app),
  ...consolePages(app, routes(app), witnessing(app)),
  ...mailboxPages(app),
  ...(app.config.production ? [] : openDemo(app).pages),
]

/**
 * Milliseconds: a process that is busy hears its heartbeat late, and looks up meanwhile what was revoked. To send people
 * elsewhere for that would leave them with nobody when all are busy.
 */
const busyMs = 5_000

/** What must hold for this process to answer requests. */
const checks = (app: Gatehouse): Check[] => [
  { name: 'database', holds: () => reachable(app.db) },
  { name: 'migrations', holds: () => schemaServes(app.db) },
  { name: 'keys', holds: async () => app.keys.ready() },
  { name: 'revocations', holds: async () => app.revocations.fresh() || app.bus.staleFor() < busyMs },
]

export interface Listeners {
  public: RequestListener
  /** Probes apart from the public port, where MANAGEMENT_PORT names one. */
  management: RequestListener
}

/**
 * Puts the provider, the API and the pages behind one door. `stopping` turns readiness off.
 *
 * @throws StartupError: an operation does not say by which permission it may be called.
 */
export function openHttp(
  app: Gatehouse,
  stopping: () => boolean,
  operations: Route[] = routes(app),
): Listeners {
  demandDeclared(operations)
  const before = [requestContext(app), securityHeaders(app.config.issuer)]
  const site = {
    before,
    identify: app.oidc.identify,
    callerLimits: app.requestLimits,
    witness: witnessing(app),
    present: (ctx: Parameters<typeof present>[1]) => present(app, ctx),
    origins: app.clients.origins,
  }
  const probes = opsRoutes(checks(app), stopping)
  const apart = app.config.managementPort !== undefined
  const described = withOpenapi(apart ? operations : [...probes, ...operations], app.config.issuer, tagTexts)
  const all = described.routes
  const shownPages = [...pages(app), ...documentationPages(described.describe)]
  const metrics = metricsRoutes(app, openGauges(gauges(app)))
  const shown = apart || app.config.production ? all : [...all, ...metrics]
  const own = serve(app, { ...site, routes: shown, pages: shownPages }).callback()
  const admit = openAdmission(admitted, (kind) => {
    app.metrics.sentAway(kind)
  })
  const management = serve(app, { ...site, routes: [...probes, ...metrics], pages: [] }).callback()
  return {
    public: (request, response) => {
      request.url = toOriginForm(request.url)
      admit(request, response, () => {
        if (app.oidc.answers(pathOf(request.url ?? '/'))) app.oidc.handle(request, response)
        else void own(request, response)
      })
    },
    management: (request, response) => void management(request, response),
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '/'
