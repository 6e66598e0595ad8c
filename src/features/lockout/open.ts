import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'
import { type Alarm, openAlarm } from './alarm.ts'
import { openTurns, type Turns } from './turns.ts'

export interface WithLockout {
  lockout: Alarm & Turns
}

/** What the lockout keeps in memory. */
export const openLockout = (
  app: Pick<App, 'db' | 'clock' | 'log'> & WithSettings,
): WithLockout['lockout'] => ({ ...openAlarm(app), ...openTurns() })
