import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { sendReset } from '../../authentication/index.ts'
import { hasPassword } from '../../credentials/index.ts'
import { forgetDevice } from '../../devices/index.ts'
import { findLink, linkErrors, useFoundLink, withdrawLinks } from '../../links/index.ts'
import { disownLoginEvent, type LoginEvent, loginEventsOf } from '../../lockout/index.ts'
import * as outbox from '../../outbox/index.ts'
import {
  endOtherSessions,
  endSessionsOfUser,
  endSessionsOnDevice,
  type SessionName,
  sessionErrors,
} from '../../sessions/index.ts'
import { errors } from '../errors.ts'
import { canDisown } from './list-own-events.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/** What came of it, for the page to say. */
export interface Disowned {
  /** A letter with a link to a new password is under way. */
  resetSent: boolean
}

/**
 * "This was not me": ends what is signed in on the device of one of a person's sign-ins, or, where that device is not known any
 * more, everything but the session in which they say so; forgets the device; and mails a link to a new password.
 *
 * Sign-ins under way elsewhere end too. What the stranger may have asked for by mail is withdrawn.
 *
 * @throws sign_in_not_found (404): unknown, not a success, said before, too old to be kept, or somebody else's.
 * @throws session_not_found (404): the session in which they say so has ended meanwhile.
 */
export async function disownSignIn(
  app: Machinery,
  by: By,
  { userId, id, keep }: { userId: string; id: string; keep: SessionName },
): Promise<Disowned> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await withdrawLinks(tx, at, userId, [...withdrawn, 'disown-sign-in'])
    const event = await disownLoginEvent(tx, at, { userId, id })
    if (!event) throw errors.sign_in_not_found()
    const { deviceId } = event
    if (deviceId !== null) await endSessionsOnDevice(app, tx, by, { userId, deviceId, reason: 'disowned' })
    else if ((await endOtherSessions(app, tx, by, userId, keep, 'disowned')) === null)
      throw sessionErrors.session_not_found()
    return forgetAndReset(tx, at, by, { userId, event })
  })
}

/**
 * The same by the link of the letter that told of the sign-in, for who need not be signed in: everything ends, since there is no
 * session to keep, and since a later letter has taken the place of the link in an earlier one.
 *
 * @throws link_invalid (403): used, replaced, too old, of another person, or the sign-in was disowned before.
 */
export async function disownByLink(app: Machinery, by: By, given: GivenLink): Promise<Disowned> {
  const found = await findDisownable(app, given)
  if (!found) throw linkErrors.link_invalid()
  const { link } = found
  const self: By = { ...by, actor: { type: 'user', id: link.userId } }
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId } = await useFoundLink(tx, at, 'disown-sign-in', link)
    await withdrawLinks(tx, at, userId, withdrawn)
    const event = await disownLoginEvent(tx, at, { userId, id: given.id })
    if (!event) throw linkErrors.link_invalid()
    await endSessionsOfUser(app, tx, self, userId, 'disowned')
    return forgetAndReset(tx, at, self, { userId, event })
  })
}

export interface GivenLink {
  /** Of the sign-in. */
  id: string
  token: string
}

/** The sign-in that a link is about; looking changes nothing. Null when the link is not good, or it was disowned before. */
export async function findDisownable(
  app: Pick<App, 'db' | 'clock'>,
  { id, token }: GivenLink,
): Promise<{ link: { id: string; userId: string }; event: LoginEvent } | null> {
  const link = await findLink(app, 'disown-sign-in', token)
  if (!link) return null
  const event = (await loginEventsOf(app.db, link.userId, [id])).get(id)
  return event && canDisown(event) ? { link, event } : null
}

/** Whoever is shut out may have asked for these. */
const withdrawn = ['change-email', 'sign-in'] as const

async function forgetAndReset(
  tx: Db,
  at: Date,
  by: By,
  { userId, event }: { userId: string; event: LoginEvent },
): Promise<Disowned> {
  const { id: signInId, deviceId } = event
  if (deviceId !== null) await forgetDevice(tx, at, by, userId, deviceId)
  const target = { type: 'user', id: userId }
  await audit.record(tx, at, by, { action: 'sign_in.disowned', target, details: { signInId } })
  const resetSent = await hasPassword(tx, userId)
  if (resetSent) await sendReset(tx, at, by, userId)
  const data = { userId, signInId }
  await outbox.publish(tx, at, by, { type: 'auth.sign_in.disowned', subject: userId, data })
  return { resetSent }
}
