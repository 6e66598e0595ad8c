import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'
import { openWatch, type Watch } from './bots/watch.ts'
import { openTurns, type Turns } from './turns.ts'

export interface WithLockout {
  lockout: Watch & Turns
}

/** What the lockout keeps in memory. */
export const openLockout = (
  app: Pick<App, 'bus' | 'db' | 'clock' | 'log'> & WithSettings,
): WithLockout['lockout'] => ({ ...openWatch(app), ...openTurns() })
