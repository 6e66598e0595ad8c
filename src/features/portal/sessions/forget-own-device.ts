import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { forgetDevice } from '../../devices/index.ts'
import { errors } from '../errors.ts'

/**
 * Forgets one of a person's own devices: the next sign-in there is one from a new device. Sessions on it go on.
 *
 * @throws device_not_found (404): unknown, forgotten before, or somebody else's; the answer is the same for all three.
 */
export async function forgetOwnDevice(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  { userId, id }: { userId: string; id: string },
): Promise<void> {
  await transaction(app.db, async (tx) => {
    if (!(await forgetDevice(tx, app.clock.now(), by, userId, id))) throw errors.device_not_found()
  })
}
