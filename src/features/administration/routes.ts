import type { App } from '../../platform/app.ts'
import type { Route } from '../../platform/http/index.ts'
import type { WithPasswords } from '../credentials/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { clientRoutes } from './clients/admin.routes.ts'
import { assignmentRoutes } from './assignments/admin.routes.ts'
import { identityRoutes } from './identities/admin.routes.ts'
import { lockoutRoutes } from './lockouts/admin.routes.ts'
import { mailRoutes } from './mail/admin.routes.ts'
import { mergeRoutes } from './merges/admin.routes.ts'
import { factorRoutes } from './factors/admin.routes.ts'
import { passkeyRoutes } from './passkeys/admin.routes.ts'
import { roleRoutes } from './roles/admin.routes.ts'
import { sessionRoutes } from './sessions/admin.routes.ts'
import { userRoutes } from './users/admin.routes.ts'

/** The management API over people, where they are signed in, mail to them, and clients. */
export const routes = (
  app: Pick<App, 'cache' | 'config' | 'db' | 'clock' | 'outbound'> & WithPasswords & WithSettings,
): Route[] => [
  ...userRoutes(app),
  ...identityRoutes(app),
  ...passkeyRoutes(app),
  ...factorRoutes(app),
  ...mergeRoutes(app),
  ...sessionRoutes(app),
  ...mailRoutes(app),
  ...clientRoutes(app),
  ...lockoutRoutes(app),
  ...roleRoutes(app),
  ...assignmentRoutes(app),
]
