import type { App } from '../../platform/app.ts'
import type { Route } from '../../platform/http/index.ts'
import { mappingRoutes } from './mappings/admin.routes.ts'

export const adminRoutes = (app: Pick<App, 'db' | 'clock'>): Route[] => [...mappingRoutes(app)]
