import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { hasWayInNow } from '../../federation/index.ts'
import { removePasskey } from '../../passkeys/index.ts'
import { errors } from '../errors.ts'

/**
 * Deletes a passkey as its owner wishes: nobody signs in with it any more. Sessions that began with it go on.
 *
 * @throws passkey_not_found (404): unknown, deleted before, or somebody else's; the answer is the same for all three.
 * @throws last_way_in (409): nobody would get in to the account any more.
 */
export async function deleteOwnPasskey(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  which: { userId: string; id: string },
): Promise<void> {
  await transaction(app.db, async (tx) => {
    await removePasskey(tx, app.clock.now(), by, which)
    if (!(await hasWayInNow(tx, which.userId))) throw errors.last_way_in()
  })
}
