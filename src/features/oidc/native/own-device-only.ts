import type { FindAccount, KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { anonymous } from '../../../platform/http/index.ts'
import { isOfDevice } from '../../devices/index.ts'
import { findSession, refuseCopy } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { personOf } from '../account.ts'
import { endsCopied } from '../refuse-session.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'
import type { Insides } from './inside.ts'

interface Guarding {
  insides: Insides
  unitOf(ctx: object): UnitOfWork | undefined
  findAccount: FindAccount
}

/** A refresh token of a session that began at `/auth/login` and the like. A used one is the library's: its family ends. */
const NativeToken = z.object({
  kind: z.literal('RefreshToken'),
  gty: z.string().startsWith('native'),
  sid: z.string(),
  consumed: z.undefined().optional(),
})

/**
 * Finds the person of a request, unless an application of ours says that it runs on another device than the one its session
 * began on: then nobody is found, and the library answers invalid_grant. A device that was forgotten cannot be told apart.
 */
export function ownDeviceOnly(
  app: Pick<App, 'db' | 'clock'> & WithSettings,
  { insides, unitOf, findAccount }: Guarding,
): FindAccount {
  return async (ctx, subject, token) => {
    const account = await findAccount(ctx, subject, token)
    const presented = insides.get(ctx.req)?.device
    const native = NativeToken.safeParse(token)
    if (!account || presented === undefined || !native.success) return account
    const session = await findSession(app.db, native.data.sid)
    const { uid, deviceId } = session ?? { uid: '', deviceId: null }
    if (deviceId === null || (await isOfDevice(app.db, deviceId, presented)) !== false) return account
    const copy = {
      uid,
      userId: personOf(account).userId,
      device: 'other',
      end: await endsCopied(app),
    } as const
    unitOf(ctx)?.also.push(async (tx) => {
      await refuseCopy(tx, app.clock.now(), anonymous(originOf(ctx)), copy)
      return true
    })
    return undefined
  }
}

function originOf({ state }: KoaContextWithOIDC) {
  if (!state.origin) throw new Error('requestContext() must run before the provider')
  return state.origin
}
