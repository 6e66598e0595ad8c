import type { By } from '../../../platform/app.ts'
import { factorErrors, sendCode, type Sent } from '../../factors/index.ts'
import { demandProof } from '../../lockout/index.ts'
import type { Parts } from '../parts.ts'
import type { Available } from './available.ts'
import { boundTo } from './shown.ts'

interface Sending {
  attemptId: Buffer
  userId: string
  available: readonly Available[]
  /** What the code goes to: the id of one of those available. */
  id: string
  /** The answer to the challenge of a `proof_required` before. */
  proof: string | null
}

/**
 * Sends a code that lets a sign-in go on whose first factor is proven.
 *
 * @throws factor_not_found (404): nothing that this sign-in may be gone on with.
 * @throws proof_required (401): very many are being asked for, by anybody.
 * @throws what `sendCode` throws.
 */
export async function sendSecond(
  app: Parts,
  by: By,
  { attemptId, userId, available, id, proof }: Sending,
): Promise<Sent> {
  if (!available.some((one) => one.id === id)) throw factorErrors.factor_not_found()
  await demandProof(app, by, { path: 'code', name: userId, proof })
  return sendCode(app, by, { userId, factorId: id, purpose: 'sign-in', bound: boundTo(attemptId) })
}
