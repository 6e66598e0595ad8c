import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { hasPassword } from '../../credentials/index.ts'
import { type ForeignIdentity, listForeignIdentities, takeIdentity } from '../../federation/index.ts'
import { demandMayTouch } from '../users/change-user.ts'
import { findPerson } from '../users/find-users.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/** A person's accounts elsewhere. @throws user_not_found (404) */
export async function listIdentitiesOf(
  app: Machinery,
  userId: string,
): Promise<{ identities: ForeignIdentity[]; hasPassword: boolean }> {
  const { id } = await findPerson(app.db, userId, app.clock.now())
  return {
    identities: await listForeignIdentities(app.db, id),
    hasPassword: await hasPassword(app.db, id),
  }
}

/**
 * Takes an identity from somebody; their sessions go on. Unlike its owner, an administrator may take the last way in: the
 * account at the provider may be the one that was stolen.
 *
 * @returns whether a way in is left.
 * @throws user_not_found, identity_not_found (404)
 * @throws role_beyond_own (403)
 */
export const takeIdentityOf = (
  app: Machinery,
  by: By,
  { userId, id, reason }: { userId: string; id: string; reason: string },
): Promise<{ wayInLeft: boolean }> =>
  transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const person = await demandMayTouch(tx, at, by, userId)
    return takeIdentity(tx, at, by, { userId: person.id, id, reason })
  })
