import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { listConsents, withdrawConsentWithin } from '../../consents/index.ts'
import { endClientOfUser } from '../../sessions/index.ts'
import { demandMayTouch } from './change-user.ts'
import { findPerson } from './find-users.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/** What a person lets applications have. @throws user_not_found (404) */
export async function listConsentsOf({ db, clock }: Machinery, id: string) {
  const { id: userId } = await findPerson(db, id, clock.now())
  const found = await listConsents(db, userId)
  return found.map(({ clientId, scopes, grantedAt }) => ({
    client_id: clientId,
    scopes,
    granted_at: grantedAt,
  }))
}

/**
 * Takes back what a person lets an application have, and ends what it holds on the strength of it.
 *
 * @throws user_not_found, consent_not_found (404)
 * @throws role_beyond_own (403)
 */
export async function withdrawConsentOf(
  app: Machinery,
  by: By,
  userId: string,
  clientId: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandMayTouch(tx, at, by, userId)
    await withdrawConsentWithin(tx, at, by, { userId, clientId }, async () => {
      await endClientOfUser(tx, at, { userId, clientId })
    })
  })
}
