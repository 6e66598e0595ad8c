import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'

/** What a session must have done to be of any use still. */
export interface StillAlive {
  usedAfter: Date
  startedAfter: Date
}

/**
 * A browser's session lives by its cookie, an application's by its refresh tokens; here is the longer of both, for lists:
 * one that is shown and has run out does no harm, one that lives and is not shown does.
 */
export async function stillAlive({
  clock,
  settings,
}: Pick<App, 'clock'> & WithSettings): Promise<StillAlive> {
  const now = clock.now()
  const [idle, refreshIdle, absolute, refreshAbsolute] = await Promise.all([
    settings.get('session.idle_seconds'),
    settings.get('token.refresh_idle_seconds'),
    settings.get('session.absolute_seconds'),
    settings.get('token.refresh_absolute_seconds'),
  ])
  return {
    usedAfter: secondsAfter(now, -Math.max(idle, refreshIdle)),
    startedAfter: secondsAfter(now, -Math.max(absolute, refreshAbsolute)),
  }
}
