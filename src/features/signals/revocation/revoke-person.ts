import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { demandAuthorityOver, holdAssignments, mayDoMoreThanOwn } from '../../authorization/index.ts'
import { withdrawLinks } from '../../links/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { endSessionsOfUser } from '../../sessions/index.ts'
import { errors } from '../errors.ts'
import { personNamed } from '../person-named.ts'
import type { SubjectId } from '../streams/schema.ts'

/**
 * Ends all that a person is signed in to, wherever that is, as "sign out everywhere" does: within a second their access tokens
 * are refused, their refresh tokens at the next use (draft-parecki-oauth-global-token-revocation, section 3).
 *
 * @throws subject_invalid (400); subject_not_found (404)
 * @throws role_beyond_own (403): see `demandAuthority`.
 */
export async function revokePerson(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: CallingClient,
  subject: SubjectId,
): Promise<void> {
  const person = await personNamed(app, by.clientId, subject)
  if (!person) throw errors.subject_not_found()
  const { id } = person
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandAuthority(tx, at, by, id)
    await withdrawLinks(tx, at, id, ['change-email', 'sign-in'])
    const sessions = await endSessionsOfUser(app, tx, by, id, 'ended_by_administrator')
    const target = { type: 'user', id }
    await audit.record(tx, at, by, { action: 'user.tokens_revoked', target, details: { sessions } })
  })
}

/**
 * The scope is authority over people who may do nothing but with their own account. Over others a client has none, unless it was
 * given what they may do: who steals its secret must not lock administrators out.
 *
 * @throws role_beyond_own (403)
 */
async function demandAuthority(tx: Db, at: Date, by: By, id: string): Promise<void> {
  await holdAssignments(tx) // nobody rises between this question and the act
  if (await mayDoMoreThanOwn(tx, id, at)) await demandAuthorityOver(tx, at, by, { type: 'user', id })
}
