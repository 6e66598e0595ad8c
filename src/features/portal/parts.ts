import type { App } from '../../platform/app.ts'
import type { WithClients } from '../clients/index.ts'
import type { WithPasswords } from '../credentials/index.ts'
import type { WithOidc } from '../oidc/index.ts'
import type { WithSettings } from '../settings/index.ts'

/** What self-service works with. */
export type Parts = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'log' | 'views'> &
  WithClients &
  WithOidc &
  WithPasswords &
  WithSettings
