import type { Provider } from 'oidc-provider'

import type { App, By, Db } from '../../platform/app.ts'
import { admit } from '../admission/index.ts'
import { refuseCopy } from '../sessions/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { connectionOf } from './session-facts.ts'

type Machinery = Pick<App, 'db' | 'clock'> & WithSettings

/**
 * Refuses a browser session to a browser that it is not bound to. What is then to be written down; null where the session was
 * over anyway. The one it was copied from goes on, unless the operator wants copied ones ended.
 */
export async function refuseSession(
  app: Machinery,
  by: By,
  session: InstanceType<Provider['Session']>,
  device: 'other' | 'none',
): Promise<((tx: Db) => Promise<void>) | null> {
  const { uid, accountId: subject, loginTs } = session
  if (subject === undefined || loginTs === undefined) return null
  const signIn = { at: new Date(loginTs * 1000), session: uid, connection: connectionOf(session) }
  const admission = await admit(app, { subject, clientId: '', signIn })
  if (admission.refused !== null) return null
  const { userId } = admission.person
  const end = device === 'other' && (await endsCopied(app))
  if (end) await session.destroy() // one that has reached no client yet stands nowhere else
  return (tx) => refuseCopy(tx, app.clock.now(), by, { uid, userId, device, end })
}

export const endsCopied = async ({ settings }: WithSettings): Promise<boolean> =>
  (await settings.get('session.on_copied')) === 'end'
