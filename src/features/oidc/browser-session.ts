import type { Context } from 'koa'
import type { Provider } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { anonymous } from '../../platform/http/index.ts'
import { admit, missingAcr } from '../admission/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { sessionCookie } from './configuration/cookies.ts'
import { refuseSession } from './refuse-session.ts'
import { presentedWith } from './session-binding.ts'
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

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/**
 * The session that the browser's cookie stands for, as a request at /authorize would find it; null where it would have to
 * ask for a sign-in: no cookie or none of ours, run out, ended, bound to another browser, or its person is not admitted any
 * more. Looking does not prolong it.
 */
export async function browserSession(
  app: Machinery,
  provider: Provider,
  ctx: Context,
): Promise<BrowserSession | null> {
  const id = ctx.cookies.get(sessionCookie(app.config), { signed: true })
  const session = id === undefined ? undefined : await provider.Session.find(id)
  if (session?.accountId === undefined || session.loginTs === undefined) return null
  const presented = presentedWith(app, ctx, session)
  if (presented !== 'own') {
    await refuse(app, ctx, session, presented)
    return null
  }
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

async function refuse(
  app: Machinery,
  ctx: Context,
  session: InstanceType<Provider['Session']>,
  presented: 'other' | 'none',
): Promise<void> {
  if (!ctx.state.origin) throw new Error('a request came from nowhere')
  const writeDown = await refuseSession(app, anonymous(ctx.state.origin), session, presented)
  if (writeDown) await transaction(app.db, writeDown)
}
