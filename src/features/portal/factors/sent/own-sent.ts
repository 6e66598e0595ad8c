import type { By } from '../../../../platform/app.ts'
import { transaction } from '../../../../platform/db/index.ts'
import * as audit from '../../../audit/index.ts'
import { authenticationErrors } from '../../../authentication/index.ts'
import { confirmSent, factorErrors, type UnprovenCode, verifyCode } from '../../../factors/index.ts'
import type { Parts } from '../../parts.ts'
import { holdLiveSession } from '../../visit/live-session.ts'

interface Confirming {
  userId: string
  /** In which they ask, by its own name or the one it has at a client. */
  session: string
  id: string
  code: string
}

/**
 * Adds a phone or the mailbox by the code that was sent there, in the session that had it sent, which is still alive when this
 * commits. Wrong codes count with those of every other factor (CASES MF-02).
 *
 * @throws sent_code_refused (403): wrong, used, replaced, too old, of another session or person; the same for all.
 * @throws too_many_codes (429): it was not looked at.
 * @throws session_ended (401)
 */
export async function confirmOwnSent(
  app: Pick<Parts, 'config' | 'db' | 'clock' | 'limits' | 'settings'>,
  by: By,
  { userId, session, id, code }: Confirming,
): Promise<{ recoveryCodes: string[] | null }> {
  const asking = { userId, factorId: id, purpose: 'enrol', bound: session } as const
  const proven = await verifyCode(app, { ...asking, code })
  if (typeof proven === 'string') {
    await recordRefusal(app, by, { userId, id, reason: proven })
    throw proven === 'too_many_codes'
      ? authenticationErrors.too_many_codes()
      : factorErrors.sent_code_refused()
  }
  if (proven.kind !== 'sent') throw factorErrors.sent_code_refused()
  return transaction(app.db, async (tx) => {
    await holdLiveSession(tx, { userId, session })
    return confirmSent(app, tx, app.clock.now(), by, proven)
  })
}

const recordRefusal = (
  app: Pick<Parts, 'db' | 'clock'>,
  by: By,
  { userId, id, reason }: { userId: string; id: string; reason: UnprovenCode },
): Promise<void> =>
  transaction(app.db, (tx) =>
    audit.record(tx, app.clock.now(), by, {
      action: 'factor.code_refused',
      outcome: 'failure',
      reason,
      target: { type: 'user', id: userId },
      details: { factorId: id, purpose: 'enrol' },
    }),
  )
