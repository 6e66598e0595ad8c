import type { App } from '../../platform/app.ts'
import type { Route } from '../../platform/http/index.ts'
import { hookRoutes } from './hooks/admin.routes.ts'
import { mappingRoutes } from './mappings/admin.routes.ts'

export const adminRoutes = (app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>): Route[] => [
  ...mappingRoutes(app),
  ...hookRoutes(app),
]
