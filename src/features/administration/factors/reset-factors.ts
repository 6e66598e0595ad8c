import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { cancelFactorReset, removeSecondFactors, tellFactorReset } from '../../factor-resets/index.ts'
import { factorsOf } from '../../factors/index.ts'
import { withdrawLinks } from '../../links/index.ts'
import * as outbox from '../../outbox/index.ts'
import { hasPasskey } from '../../passkeys/index.ts'
import { endSessionsOfUser } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { demandMayTouch } from '../users/change-user.ts'

/**
 * Removes all that proves a person a second time: authenticator apps, codes, recovery codes, security keys, and that devices are
 * remembered; and signs them out everywhere. Passkeys stay: each opens the account by itself, and is deleted by itself. The
 * person is told.
 *
 * @returns whether passkeys are left, of which they may be asked for one.
 * @throws user_not_found (404)
 * @throws role_beyond_own (403): they may do more than whoever acts.
 */
export const resetFactorsOf = (
  app: Pick<App, 'config' | 'db' | 'clock'> & WithSettings,
  by: By,
  { userId, reason }: { userId: string; reason: string },
): Promise<{ passkeysLeft: boolean }> =>
  transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { id } = await demandMayTouch(tx, at, by, userId)
    await withdrawLinks(tx, at, id, ['cancel-factor-reset', 'change-email', 'sign-in'])
    await endSessionsOfUser(app, tx, by, id, 'factors_reset')
    const { kinds } = await factorsOf(tx, id)
    await removeSecondFactors(app, tx, at, by, { userId: id, reason, passkeys: 'security-keys' })
    await cancelFactorReset(app, tx, at, by, { userId: id, because: 'reset' })
    await tellFactorReset(app, tx, at, id, 'factors-reset')
    await audit.record(tx, at, by, {
      action: 'factors.reset',
      target: { type: 'user', id },
      reason,
      details: { kinds: kinds.join(' ') },
    })
    await outbox.publish(tx, at, by, { type: 'auth.factors.reset', subject: id, data: { userId: id } })
    return { passkeysLeft: await hasPasskey(tx, id) }
  })
