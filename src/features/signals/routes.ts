import type { App } from '../../platform/app.ts'
import type { Route } from '../../platform/http/index.ts'
import type { WithClients } from '../clients/index.ts'
import type { WithKeys } from '../keys/index.ts'
import type { WithOidc } from '../oidc/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { configurationRoutes } from './configuration.routes.ts'
import { eventRoutes } from './events/routes.ts'
import { revocationRoutes } from './revocation/routes.ts'
import { streamRoutes } from './streams/routes.ts'

type Machinery = App & WithClients & WithKeys & WithOidc & WithSettings

/** What receivers and those who revoke call. */
export const routes = (app: Machinery): Route[] => [
  ...configurationRoutes(app),
  ...streamRoutes(app),
  ...eventRoutes(app),
  ...revocationRoutes(app),
]
