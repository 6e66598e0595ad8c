import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { beginTotp, confirmTotp, type Enrolment, svgOf } from '../../factors/index.ts'
import { recordProof } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { standsStill } from './prove-second.ts'

/** What a person calls the app that they set up on the way in. */
const usualName = 'Authenticator'

/**
 * Begins to set up an authenticator app in a sign-in that needs one. Only at its own step: who has a second factor proves that
 * one first.
 */
export async function beginEnrolment(
  parts: Pick<Parts, 'clock' | 'config' | 'db' | 'settings'>,
  userId: string,
): Promise<Enrolment & { svg: string }> {
  const enrolment = await beginTotp(parts, { userId, name: usualName })
  return { ...enrolment, svg: svgOf(enrolment.qr) }
}

/**
 * Sets it up by a first code, which is the proof of this sign-in as well. Recovery codes come with it for who has none, shown this
 * once.
 *
 * @throws factor_not_found (404): begun too long ago, replaced, or somebody else's.
 * @throws factor_code_refused (403)
 * @throws mfa_token_invalid (401): everything of the person was ended meanwhile.
 */
export async function confirmEnrolment(
  parts: Pick<Parts, 'clock' | 'config' | 'db'>,
  by: By,
  confirming: { attemptId: Buffer; userId: string; provenAt: Date; id: string; code: string },
): Promise<string[] | null> {
  const { attemptId, userId, id, code } = confirming
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  return transaction(parts.db, async (tx) => {
    const at = parts.clock.now()
    if (!(await standsStill(tx, confirming))) throw errors.mfa_token_invalid()
    const { recoveryCodes } = await confirmTotp(parts, tx, at, self, { userId, id, code })
    await recordProof(tx, at, attemptId, { userId, factor: 'totp' })
    return recoveryCodes
  })
}
