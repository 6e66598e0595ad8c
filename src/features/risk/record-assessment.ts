import type { By, Db } from '../../platform/app.ts'
import * as outbox from '../outbox/index.ts'
import type { AssessedSignIn } from './assess-sign-in.ts'
import type { Assessment } from './reasons.ts'

/** What the audit record of a sign-in says of its risk; nothing where nothing was unusual. */
export const riskDetails = ({ score, reasons }: Assessment): Record<string, string | number> =>
  reasons.length === 0 ? {} : { risk: score, riskReasons: reasons.join(' ') }

/**
 * Tells, in the caller's transaction, that a sign-in was unusual, where its person is to hear of it. Publishes, so it comes last.
 * The score and its reasons are written with the sign-in itself (`risk` of features/lockout's login events, `riskDetails`).
 */
export async function announceUnusual(
  tx: Db,
  at: Date,
  by: By,
  { userId, signInId, risk }: { userId: string; signInId: string; risk: AssessedSignIn },
): Promise<void> {
  if (!risk.tell) return
  const { verdict, score, reasons } = risk
  const data = { userId, signInId, verdict, score, reasons: reasons.join(' ') }
  await outbox.publish(tx, at, by, { type: 'auth.sign_in.unusual', subject: userId, data })
}
