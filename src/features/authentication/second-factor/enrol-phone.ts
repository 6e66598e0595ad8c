import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { confirmSent, factorErrors, findBegun, type UnprovenCode, verifyCode } from '../../factors/index.ts'
import { recordProof } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { standsStill } from './prove-second.ts'
import { boundTo } from './shown.ts'

interface Confirming {
  attemptId: Buffer
  userId: string
  provenAt: Date
  code: string
}

/**
 * Adds the phone that a code of this sign-in went to, which is the proof of it as well. Recovery codes come with it for who has
 * none, shown this once. Wrong codes count with those of every other factor (CASES MF-02).
 *
 * @throws factor_not_found (404), sent_code_refused (403), too_many_codes (429)
 * @throws mfa_token_invalid (401): everything of the person was ended meanwhile.
 */
export async function confirmPhone(
  parts: Pick<Parts, 'clock' | 'config' | 'db' | 'limits' | 'settings'>,
  by: By,
  { attemptId, userId, provenAt, code }: Confirming,
): Promise<string[] | null> {
  const begun = await findBegun(parts, { userId, kind: 'sms' })
  if (!begun) throw factorErrors.factor_not_found()
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  const asking = { userId, factorId: begun.id, purpose: 'enrol', bound: boundTo(attemptId) } as const
  const proven = await verifyCode(parts, { ...asking, code })
  if (typeof proven === 'string') {
    await recordRefusal(parts, self, { userId, id: begun.id, reason: proven })
    throw proven === 'too_many_codes' ? errors.too_many_codes() : factorErrors.sent_code_refused()
  }
  if (proven.kind !== 'sent') throw factorErrors.sent_code_refused()
  return transaction(parts.db, async (tx) => {
    const at = parts.clock.now()
    if (!(await standsStill(tx, { userId, provenAt }))) throw errors.mfa_token_invalid()
    const { recoveryCodes } = await confirmSent(parts, tx, at, self, proven)
    await recordProof(tx, at, attemptId, { userId, factor: 'sms-code' })
    return recoveryCodes
  })
}

const recordRefusal = (
  parts: Pick<Parts, 'db' | 'clock'>,
  by: By,
  { userId, id, reason }: { userId: string; id: string; reason: UnprovenCode },
): Promise<void> =>
  transaction(parts.db, (tx) =>
    audit.record(tx, parts.clock.now(), by, {
      action: 'factor.code_refused',
      outcome: 'failure',
      reason,
      target: { type: 'user', id: userId },
      details: { factorId: id, purpose: 'enrol' },
    }),
  )
