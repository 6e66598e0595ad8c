import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { takeIdentity } from '../../federation/index.ts'
import { errors } from '../errors.ts'

/**
 * Takes an identity from its owner, as they wish: nobody signs in with it any more, and tokens that were kept for it are
 * forgotten. Sessions that began with it go on.
 *
 * @throws identity_not_found (404): unknown, taken before, or somebody else's; the answer is the same for all three.
 * @throws last_way_in (409): nobody would get in to the account any more.
 */
export async function disconnectIdentity(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  which: { userId: string; id: string },
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const { wayInLeft } = await takeIdentity(tx, app.clock.now(), by, which)
    if (!wayInLeft) throw errors.last_way_in()
  })
}
