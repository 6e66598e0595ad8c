import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { hasWayInNow } from '../../federation/index.ts'
import { type KeyPurpose, removePasskey } from '../../passkeys/index.ts'
import { errors } from '../errors.ts'

/**
 * Deletes a passkey or security key as its owner wishes: it proves nobody any more. Sessions that began with it go on.
 *
 * @throws passkey_not_found (404): unknown, deleted before, or somebody else's; the answer is the same for all three.
 * @throws last_way_in (409): nobody would get in to the account any more.
 */
export async function deleteOwnPasskey(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  which: { userId: string; id: string },
): Promise<KeyPurpose> {
  return transaction(app.db, async (tx) => {
    const purpose = await removePasskey(tx, app.clock.now(), by, which)
    // A security key opens nothing: what is left without it was all there was before.
    if (purpose === 'passkey' && !(await hasWayInNow(tx, which.userId))) throw errors.last_way_in()
    return purpose
  })
}
