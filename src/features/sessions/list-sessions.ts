import { type BrowserName, browserOf } from '../../lib/browser.ts'
import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'
import * as sessions from './repository.ts'
import { stillAlive } from './session-life.ts'

/** A session as its owner sees it. */
export interface SessionView extends BrowserName {
  /** The `uid`; not the `sid` of a token. */
  id: string
  startedAt: Date
  authenticatedAt: Date
  lastUsedAt: Date
  /** Where it began. */
  ip: string
  /** Where it was used last, as far as an address tells. */
  lastIp: string
  userAgent: string
  deviceId: string | null
  /** Signed out of, but an application still holds offline access from it. */
  signedOut: boolean
  /** What it reached and has not ended there. */
  clients: { clientId: string; sid: string; offline: boolean; startedAt: Date }[]
}

/**
 * Where a person is signed in, the session used last first, 200 at most. What has run out by its age or idle time is left
 * out, though nobody ended it.
 */
export async function listSessionsOf(
  app: Pick<App, 'db' | 'clock'> & WithSettings,
  userId: string,
): Promise<SessionView[]> {
  const found = await sessions.listOfUser(app.db, userId, await stillAlive(app))
  return found.map((session) => ({ ...session, ...browserOf(session.userAgent) }))
}
