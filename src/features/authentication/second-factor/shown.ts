import { type ProvenCode, verifyCode, verifyRecoveryCode, verifyTotp } from '../../factors/index.ts'
import {
  type Place,
  type SecondAssertionResponse,
  type SecondProven,
  verifySecondAssertion,
} from '../../passkeys/index.ts'
import type { Factor } from '../factors.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'settings'>

/** What codes are sent for. */
type SentFactor = 'sms-code' | 'mail-code' | 'address-code'

const isSent = (factor: Factor): factor is SentFactor =>
  factor === 'sms-code' || factor === 'mail-code' || factor === 'address-code'

/** What somebody shows as their second factor. */
export type Shown =
  | { factor: 'totp'; code: string }
  | { factor: 'recovery-code'; code: string }
  | { factor: SentFactor; factorId: string; code: string }
  /** Null: nothing that an authenticator could have said. */
  | { factor: 'security-key'; response: SecondAssertionResponse | null; place: Place }

/** What somebody typed, with the factor that a code was sent to. */
export const typed = ({
  factor,
  id,
  code,
}: {
  factor: Exclude<Shown['factor'], 'security-key'>
  id: string
  code: string
}): Exclude<Shown, { factor: 'security-key' }> =>
  isSent(factor) ? { factor, factorId: id, code } : { factor, code }

/** For which sign-in. */
interface In {
  attemptId: Buffer
  userId: string
  shown: Shown
}

type Verified = { factor: Factor; code: ProvenCode } | { factor: Factor; key: SecondProven }

/** What a code is good for that is sent in this sign-in: it is worth nothing in another (CASES MF-08). */
export const boundTo = (attemptId: Buffer): string => attemptId.toString('base64url')

/** Looks at it; what is right is used up by the caller. Why it is not is for the audit log, never for the caller. */
export async function verifyShown(
  app: Machinery,
  { attemptId, userId, shown }: In,
): Promise<Verified | string> {
  if (shown.factor === 'security-key') {
    const { response, place } = shown
    if (!response) return 'signature_not_good'
    const key = await verifySecondAssertion(app, { userId, bound: attemptId, response, place })
    return typeof key === 'string' ? key : { factor: key.factor, key }
  }
  const code = await verifyTyped(app, { attemptId, userId, shown })
  return typeof code === 'string' ? code : { factor: shown.factor, code }
}

async function verifyTyped(
  app: Machinery,
  { attemptId, userId, shown }: In & { shown: Exclude<Shown, { factor: 'security-key' }> },
): Promise<ProvenCode | string> {
  const { factor, code } = shown
  if (factor === 'totp') return verifyTotp(app, { userId, code })
  if (factor === 'recovery-code') return verifyRecoveryCode(app, { userId, code })
  const { factorId } = shown
  return verifyCode(app, { userId, factorId, purpose: 'sign-in', bound: boundTo(attemptId), code })
}
