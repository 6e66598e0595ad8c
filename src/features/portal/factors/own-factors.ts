import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import {
  confirmTotp,
  type Factor,
  factorsOf,
  listFactors,
  makeRecoveryCodes,
  removeFactor,
  renameFactor,
} from '../../factors/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { holdLiveSession } from '../visit/live-session.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

export interface OwnFactors {
  factors: Factor[]
  recoveryCodesLeft: number
}

/** What proves a person a second time, in the order it was added. */
export async function listOwnFactors({ db }: Pick<App, 'db'>, userId: string): Promise<OwnFactors> {
  const [factors, { recoveryCodesLeft }] = await Promise.all([listFactors(db, userId), factorsOf(db, userId)])
  return { factors, recoveryCodesLeft }
}

interface InSession {
  userId: string
  /** In which they ask, by its own name or the one it has at a client; that their sign-in is good enough was asked before. */
  session: string
}

/**
 * Adds the authenticator app that was begun, by a first code of it, in a session that is still alive when this commits.
 *
 * @throws factor_not_found (404), factor_code_refused (403), factors_full (409): see `confirmTotp`.
 * @throws session_ended (401)
 */
export const confirmOwnTotp = (
  app: Machinery,
  by: By,
  { userId, session, id, code }: InSession & { id: string; code: string },
): Promise<{ recoveryCodes: string[] | null }> =>
  transaction(app.db, async (tx) => {
    await holdLiveSession(tx, { userId, session })
    return confirmTotp(app, tx, app.clock.now(), by, { userId, id, code })
  })

/**
 * Puts new recovery codes in the place of the old ones.
 *
 * @throws session_ended (401)
 */
export const renewOwnRecoveryCodes = (
  app: Machinery,
  by: By,
  { userId, session }: InSession,
): Promise<string[]> =>
  transaction(app.db, async (tx) => {
    await holdLiveSession(tx, { userId, session })
    return makeRecoveryCodes(app, tx, app.clock.now(), by, userId)
  })

/** @throws factor_not_found (404): unknown, removed, or somebody else's; the answer is the same for all three. */
export const renameOwnFactor = (
  app: Machinery,
  by: By,
  change: { userId: string; id: string; name: string },
): Promise<void> => transaction(app.db, (tx) => renameFactor(tx, app.clock.now(), by, change))

/** @throws factor_not_found (404): unknown, removed, or somebody else's; the answer is the same for all three. */
export const removeOwnFactor = (
  app: Machinery & WithSettings,
  by: By,
  which: { userId: string; id: string },
): Promise<void> => transaction(app.db, (tx) => removeFactor(app, tx, app.clock.now(), by, which))
