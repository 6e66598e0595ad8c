import type { App } from '../../platform/app.ts'
import type { WithApis } from '../apis/index.ts'
import type { WithClients } from '../clients/index.ts'
import type { WithPasswords } from '../credentials/index.ts'
import type { WithFederation } from '../federation/index.ts'
import type { WithLockout } from '../lockout/index.ts'
import type { WithOidc } from '../oidc/index.ts'
import type { WithRequestLimits } from '../request-limits/index.ts'
import type { WithRisk } from '../risk/index.ts'
import type { WithSettings } from '../settings/index.ts'

/** What self-service works with. */
export type Parts = Pick<
  App,
  'cache' | 'config' | 'db' | 'clock' | 'limits' | 'log' | 'metrics' | 'outbound' | 'views'
> &
  WithApis &
  WithClients &
  WithFederation &
  WithLockout &
  WithOidc &
  WithPasswords &
  WithRequestLimits &
  WithRisk &
  WithSettings
