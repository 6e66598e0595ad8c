import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { findUserByLogin, type User } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { type Verified, verifyPassword, type WithPasswords } from '../credentials/index.ts'
import { recogniseDevice } from '../devices/index.ts'
import {
  concerned,
  recordLoginEvent,
  refuseThrottled,
  type WithLockout,
  withinLimits,
} from '../lockout/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { errors } from './errors.ts'

export type Proving = Pick<App, 'cache' | 'clock' | 'config' | 'db' | 'metrics'> &
  WithLockout &
  WithPasswords &
  WithSettings

/** What somebody says of another account that is theirs. */
export interface TypedOther {
  /** E-mail address or user name, as typed. */
  login: string
  password: string
  /** The application it is typed at. */
  clientId: string
  /** The value that this browser presents as a device; null when it has none. */
  device: string | null
  /** The answer to the challenge of a `proof_required` before. */
  proof: string | null
}

/**
 * Proves that another account is theirs too, by its password. Counted like an attempt to sign in to it: being signed in
 * elsewhere makes nobody's guesses cheaper. Whatever comes to be asked of a sign-in besides is to be asked here.
 *
 * @throws merge_not_proven (403): no such person, not their password, or locked; the answer is the same.
 * @throws too_many_attempts (429), proof_required (401): the password was not looked at.
 * @throws busy (503)
 */
export async function proveOther(
  app: Proving,
  by: By,
  typed: TypedOther,
): Promise<{ user: User; passwordSetAt: Date }> {
  if (typed.device === null) await refuseThrottled(app, by, typed.login)
  const { login, password, clientId, proof } = typed
  const user = await findUserByLogin(app.db, login)
  const deviceId = await recogniseDevice(app.db, user, typed.device)
  let verified: Verified = { ok: false, of: null }
  const ok = await withinLimits(app, by, { login, user, deviceId, proof, clientId }, async () => {
    verified = await verifyPassword(app, user, password)
    return verified.ok
  })
  if (ok && user && verified.of && user.status !== 'locked') return { user, passwordSetAt: verified.of }
  await recordRefusal(app, by, { login, user, clientId, deviceId })
  throw errors.merge_not_proven()
}

/** It stands in the history of whose account it is; what was typed is not written down. */
async function recordRefusal(
  app: Proving,
  by: By,
  said: { login: string; user: User | null; clientId: string; deviceId: string | null },
): Promise<void> {
  const { login, user, clientId, deviceId } = said
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const userId = user?.id ?? null
    await recordLoginEvent(app, tx, at, by, {
      ...{ login, userId, outcome: 'failure', reason: 'merge', clientId, deviceId },
    })
    await audit.record(tx, at, by, {
      action: 'credential.password_refused',
      outcome: 'failure',
      reason: 'merge',
      ...concerned(app, login, user),
    })
  })
}
