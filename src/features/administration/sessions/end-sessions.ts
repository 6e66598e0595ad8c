import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { demandAuthorityOver, holdAssignments } from '../../authorization/index.ts'
import { withdrawLinks } from '../../links/index.ts'
import { endSession, endSessionsOfUser, findSession, sessionErrors } from '../../sessions/index.ts'
import { demandMayTouch } from '../users/change-user.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/**
 * Ends somebody's session, by its own name or by the `sid` in its tokens: within a second its access tokens are refused
 * everywhere, and its refresh tokens, those of offline access too, at their next use.
 *
 * @throws session_not_found (404): unknown, or nothing is left of it.
 * @throws role_beyond_own (403): it is the session of somebody above whoever acts.
 */
export async function revokeSession(app: Machinery, by: By, name: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const session = await findSession(tx, name)
    if (!session) throw sessionErrors.session_not_found()
    await holdAssignments(tx) // its owner must not rise above whoever acts between this question and the act
    await demandAuthorityOver(tx, at, by, { type: 'user', id: session.userId })
    const ended = await endSession(tx, at, by, session.uid, 'ended_by_administrator')
    if (!ended) throw sessionErrors.session_not_found()
  })
}

/**
 * Ends all that a person is signed in to, and with it an address they may not have asked for; the number of sessions ended.
 *
 * @throws user_not_found (404)
 * @throws role_beyond_own (403)
 */
export const endSessionsOf = (app: Machinery, by: By, userId: string): Promise<number> =>
  transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandMayTouch(tx, at, by, userId)
    await withdrawLinks(tx, at, userId, ['change-email', 'sign-in'])
    return endSessionsOfUser(app, tx, by, userId, 'ended_by_administrator')
  })
