import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { hasWayInNow } from '../../federation/index.ts'
import { listPasskeys, type Passkey, removePasskey } from '../../passkeys/index.ts'
import { demandMayTouch } from '../users/change-user.ts'
import { findPerson } from '../users/find-users.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/** @throws user_not_found (404) */
export async function listPasskeysOf(app: Machinery, userId: string): Promise<Passkey[]> {
  const { id } = await findPerson(app.db, userId, app.clock.now())
  return listPasskeys(app.db, id)
}

/**
 * Takes a passkey from somebody; their sessions go on. Unlike its owner, an administrator may take the last way in: the device
 * may be the thing that was stolen.
 *
 * @returns whether a way in is left.
 * @throws user_not_found, passkey_not_found (404)
 * @throws role_beyond_own (403)
 */
export const takePasskeyOf = (
  app: Machinery,
  by: By,
  { userId, id, reason }: { userId: string; id: string; reason: string },
): Promise<{ wayInLeft: boolean }> =>
  transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const person = await demandMayTouch(tx, at, by, userId)
    await removePasskey(tx, at, by, { userId: person.id, id, reason })
    return { wayInLeft: await hasWayInNow(tx, person.id) }
  })
