import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { endSession } from './end-session.ts'
import * as sessions from './repository.ts'

/** Somebody presented a session without what its own device has. */
export interface RefusedCopy {
  uid: string
  /** Whose session it is. */
  userId: string
  /** What was presented as a device: nothing, as by who has deleted a cookie, or another one's value. */
  device: 'none' | 'other'
  /** The session is to end for everybody (setting `session.on_copied`). */
  end: boolean
}

/**
 * Writes down, in the caller's transaction, that a session was refused to a device that is not its own. However often that
 * happens: one record a minute, and its owner is told once. Nothing is told of who presents no device at all. Publishes, so it
 * comes last.
 */
export async function refuseCopy(tx: Db, at: Date, by: By, copy: RefusedCopy): Promise<void> {
  const { uid, userId, device, end } = copy
  const noticed = await sessions.noticeCopy(tx, { uid, at, tell: device === 'other' })
  if (noticed === null) return
  await audit.record(tx, at, by, {
    action: 'session.foreign_device',
    outcome: 'denied',
    target: { type: 'user', id: userId },
    reason: `${device}_device`,
    details: { sessionId: uid },
  })
  if (!noticed.told) return
  if (end) await endSession(tx, at, by, uid, 'copied')
  const data = { sessionId: uid }
  await outbox.publish(tx, at, by, { type: 'auth.session.copied', subject: userId, data })
}
