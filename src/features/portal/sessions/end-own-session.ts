import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { forgetRememberedFactors } from '../../devices/index.ts'
import { withdrawLinks } from '../../links/index.ts'
import {
  endOtherSessions,
  endSession,
  endSessionsOfUser,
  findSession,
  type SessionName,
  sessionErrors,
} from '../../sessions/index.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/**
 * Ends one of a person's own sessions, with everything it gave: its tokens are refused everywhere within a second, offline
 * access included.
 *
 * @throws session_not_found (404): unknown, ended, or somebody else's; the answer is the same for all three.
 */
export async function endOwnSession(
  app: Machinery,
  by: By,
  { userId, id }: { userId: string; id: string },
): Promise<void> {
  await transaction(app.db, async (tx) => {
    if (!(await isOwn(tx, userId, id))) throw sessionErrors.session_not_found()
    if (!(await endSession(tx, app.clock.now(), by, id, 'ended_by_owner')))
      throw sessionErrors.session_not_found()
  })
}

async function isOwn(tx: Db, userId: string, id: string): Promise<boolean> {
  const session = await findSession(tx, id)
  return session?.uid === id && session.userId === userId
}

/**
 * Ends every session of a person, or every one but that in which they ask; the number ended. A change of address that is
 * under way dies with them: whoever is shut out may have asked for it. All devices are asked for a second factor again.
 *
 * @throws session_not_found (404): the one to keep has ended meanwhile, so nothing else is.
 */
export async function endOwnSessions(
  app: Machinery,
  by: By,
  { userId, keep }: { userId: string; keep: SessionName | null },
): Promise<number> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await withdrawLinks(tx, at, userId, ['change-email', 'sign-in'])
    await forgetRememberedFactors(tx, userId)
    if (keep === null) return endSessionsOfUser(app, tx, by, userId, 'ended_by_owner')
    const ended = await endOtherSessions(app, tx, by, userId, keep, 'ended_by_owner')
    if (ended === null) throw sessionErrors.session_not_found()
    return ended
  })
}
