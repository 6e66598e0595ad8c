import type { Db } from '../../../platform/app.ts'
import { findUser } from '../../accounts/index.ts'
import { authenticationErrors } from '../../authentication/index.ts'
import { findSession, holdSignIns } from '../../sessions/index.ts'

/**
 * Demands, in the caller's transaction, that a person is signed in still, and lets nobody end that until it commits: what is
 * added to an account then was not added by somebody who had just been signed out of it.
 *
 * @param asked - `session` by its own name or the one it has at a client.
 * @throws session_ended (401): it is, or the account is not in use any more.
 */
export async function holdLiveSession(
  tx: Db,
  { userId, session: name }: { userId: string; session: string },
): Promise<void> {
  await holdSignIns(tx, userId)
  const session = await findSession(tx, name)
  const user = await findUser(tx, userId)
  if (session?.userId !== userId || session.endedAt !== null || user?.status !== 'active')
    throw authenticationErrors.session_ended({ challenge: 'Bearer error="invalid_token"' })
}
