import type { App } from '../../platform/app.ts'
import type { Route } from '../../platform/http/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { domainRoutes } from './domains/admin.routes.ts'
import { providerRoutes } from './providers/admin.routes.ts'

export const adminRoutes = (
  app: Pick<App, 'config' | 'db' | 'clock' | 'dns' | 'log' | 'outbound'> & WithSettings,
): Route[] => [...providerRoutes(app), ...domainRoutes(app)]
