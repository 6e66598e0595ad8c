import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUserByLogin } from '../../accounts/index.ts'
import { demandAuthorityOver, holdAssignments } from '../../authorization/index.ts'
import { suppressAddress } from '../../notifications/index.ts'
import type { Bounce } from './schema.ts'

/**
 * Sends nothing more to an address whose mail came back. A person who says so must be allowed everything that its owner is
 * allowed: else an administrator could keep a root administrator from hearing what is done to their account. A client
 * may report for all, since that is all it was given the permission for.
 *
 * @throws role_beyond_own (403)
 * @throws mail_address_invalid (422)
 */
export async function reportBounce(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  bounce: Bounce,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const owner = await findUserByLogin(tx, bounce.address)
    if (owner && by.actor.type === 'user') {
      await holdAssignments(tx) // they must not rise above whoever acts between this question and the act
      await demandAuthorityOver(tx, at, by, { type: 'user', id: owner.id })
    }
    await suppressAddress(app, tx, at, by, bounce)
  })
}
