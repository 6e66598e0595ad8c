import type Koa from 'koa'

import {
  listen,
  type PageRoute,
  requestContext,
  type Route,
  securityHeaders,
  serve,
} from '../../src/platform/http/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import type { Caller } from '../../src/platform/app.ts'
import { afterTest, parts } from './parts.ts'

const brand = { name: 'Gatehouse', logoUrl: null, accent: '#3454d1', accentDark: '#9db1ff' }

/** Routes and pages made for a test, behind the real door; whoever sends `Bearer ann` is Ann, who signed in an hour ago. The origin it listens at. */
export async function sampleSite(site: {
  routes?: Route[]
  pages?: PageRoute[]
  variables?: Record<string, string>
}): Promise<string> {
  const app = await parts(site.variables)
  const koa: Koa = serve(app, {
    before: [requestContext(app), securityHeaders(app.config.issuer)],
    identify: async (ctx) => (ctx.get('authorization') === 'Bearer ann' ? ann(app.clock.now()) : null),
    witness: async () => undefined,
    present: async () => ({ language: 'en', brand }),
    routes: site.routes ?? [],
    pages: site.pages ?? [],
  })
  const handle = koa.callback()
  const listener = await listen(
    (request, response) => void handle(request, response),
    { host: '127.0.0.1', port: 0 },
    app.log,
  )
  afterTest(() => listener.close(100))
  return `http://127.0.0.1:${listener.port}`
}

const ann = (now: Date): Caller => ({
  actor: { type: 'user', id: 'ann' },
  origin: null,
  userId: 'ann',
  sessionId: 'session',
  clientId: 'client',
  firstParty: true,
  scopes: new Set(['openid']),
  authenticatedAt: secondsAfter(now, -3600),
  acr: null,
  missingAcr: null,
  role: 'user',
  permissions: new Set(['cats:read:own']),
  stepUp: null,
})
