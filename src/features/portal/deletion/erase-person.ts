import type { App, Db } from '../../../platform/app.ts'
import { bySystem } from '../../../platform/app.ts'
import { eraseAccount, listSubjects } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { forgetAttemptsOf, forgetSignInMailsOf } from '../../authentication/index.ts'
import { forgetConsentsOf } from '../../consents/index.ts'
import { forgetCredentialsOf } from '../../credentials/index.ts'
import { forgetDeliveriesOf } from '../../deliveries/index.ts'
import { forgetDevicesOf } from '../../devices/index.ts'
import { forgetFactorResetsOf } from '../../factor-resets/index.ts'
import { forgetFactorsOf } from '../../factors/index.ts'
import { forgetUpstreamOf } from '../../federation/index.ts'
import { forgetInvitationsOf } from '../../invitations/index.ts'
import { removeLinksOfUser } from '../../links/index.ts'
import { forgetLoginEventsOf } from '../../lockout/index.ts'
import { forgetMergesOf } from '../../merging/index.ts'
import { forgetMailsOf, forgetSmsOf } from '../../notifications/index.ts'
import { forgetAuthenticationRequestsOf, forgetSubjects } from '../../oidc/index.ts'
import * as outbox from '../../outbox/index.ts'
import { forgetPasskeysOf } from '../../passkeys/index.ts'
import { endSessionsOfUser, forgetSessionsOf } from '../../sessions/index.ts'
import { forgetSignalsOf } from '../../signals/index.ts'

/** What each owner of data about people forgets, and how. Whoever keeps something new about them adds a line. */
const forgets: readonly ((tx: Db, userId: string) => Promise<void>)[] = [
  async (tx, userId) => forgetSubjects(tx, await listSubjects(tx, userId)), // grants, browser sessions, codes, refresh tokens
  forgetAuthenticationRequestsOf,
  forgetSessionsOf,
  forgetConsentsOf,
  forgetCredentialsOf,
  forgetPasskeysOf,
  forgetFactorsOf,
  forgetFactorResetsOf,
  forgetUpstreamOf, // where they came from, and tokens that were kept
  removeLinksOfUser,
  forgetInvitationsOf,
  forgetAttemptsOf,
  forgetSignInMailsOf,
  forgetMailsOf,
  forgetSmsOf,
  forgetDeliveriesOf,
  forgetSignalsOf,
  forgetDevicesOf,
  forgetLoginEventsOf,
  eraseAccount, // its row and subjects stay, empty
]

/**
 * Erases what is kept about a deleted person, in one transaction: all of it or, until the next try, none. What stays is
 * that there was an account: its id, its subjects, and the audit records, whose personal fields nobody can read any more.
 */
export async function erasePerson(app: Pick<App, 'clock'>, tx: Db, userId: string): Promise<void> {
  const at = app.clock.now()
  await audit.forgetPerson(tx, at, userId) // first, as whoever seals records takes its locks
  await endSessionsOfUser(app, tx, bySystem, userId, 'user_deleted') // announced, should nobody have done it yet
  await forgetMergesOf(tx, at, userId)
  for (const forget of forgets) await forget(tx, userId)
  await audit.record(tx, at, bySystem, { action: 'user.erased', target: { type: 'user', id: userId } })
  await outbox.publish(tx, at, bySystem, { type: 'auth.user.erased', subject: userId, data: { userId } })
}
