import type { Context } from 'koa'
import type { Provider } from 'oidc-provider'

import { type App } from '../../platform/app.ts'
import { admit, missingAcr } from '../admission/index.ts'
import { sessionCookie } from './configuration/cookies.ts'
import { connectionOf } from './session-facts.ts'

/** Who is signed in in a browser. */
export interface BrowserSession {
  /** Names it wherever it is listed; no cookie holds it. */
  uid: string
  userId: string
  subject: string
  /** When the person last proved who they are. */
  authenticatedAt: Date
  /** How well they proved it (`acr`); null where the session does not say. */
  acr: string | null
  /** The `acr` that they have yet to reach before they change what protects their account; null where they have. */
  missingAcr: string | null
  /** By what (`amr`). */
  amr: readonly string[]
  /** The sign-in elsewhere that proved it, where one did. */
  connection: string | null
}

/**
 * The session that the browser's cookie stands for, as a request at /authorize would find it; null where it would have to
 * ask for a sign-in: no cookie or none of ours, run out, ended, or its person is not admitted any more. Looking does not
 * prolong it.
 */
export async function browserSession(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  provider: Provider,
  ctx: Context,
): Promise<BrowserSession | null> {
  const id = ctx.cookies.get(sessionCookie(app.config), { signed: true })
  const session = id === undefined ? undefined : await provider.Session.find(id)
  if (session?.accountId === undefined || session.loginTs === undefined) return null
  const { uid, accountId, loginTs, acr = null, amr = [] } = session
  const connection = connectionOf(session)
  const authenticatedAt = new Date(loginTs * 1000)
  const admission = await admit(app, {
    subject: accountId,
    clientId: '',
    signIn: { at: authenticatedAt, session: uid, connection },
  })
  if (admission.refused !== null) return null
  const { person } = admission
  const known = { uid, userId: person.userId, subject: accountId, authenticatedAt, acr, amr, connection }
  return { ...known, missingAcr: missingAcr(person, acr) }
}
