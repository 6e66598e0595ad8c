import type { App } from '../../../platform/app.ts'
import { findFactorReset } from '../../factor-resets/index.ts'
import { places } from '../visit/places.ts'
import type { Visit } from '../visit/at-account.ts'

/** Where the form goes that calls it off. */
export const cancelResetPath = `${places.security}/reset/cancel`

/** A removal of all second factors that waits for its time, as a person's own pages show it; null when none does. */
export async function ownResetShown(
  app: Pick<App, 'db' | 'clock'>,
  { user }: Visit,
): Promise<{ readyAt: Date; action: string } | null> {
  const reset = await findFactorReset(app.db, user.id, app.clock.now())
  return reset && { readyAt: reset.readyAt, action: cancelResetPath }
}
