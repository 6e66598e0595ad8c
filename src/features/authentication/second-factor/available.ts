import { listFactors, factorsOf } from '../../factors/index.ts'
import { secondFactorsOf } from '../../passkeys/index.ts'
import type { Factor } from '../factors.ts'
import type { Parts } from '../parts.ts'

/** A second factor that a person could prove. */
export interface Available {
  factor: Factor
  /** Which, where a code is sent to it: the account's own, for its address. Null otherwise. */
  id: string | null
  /** As its owner calls it; null where there is nothing to tell apart. */
  label: string | null
}

/**
 * What a person could prove besides what they have proven in this sign-in, the strongest first. Recovery codes alone are no
 * second factor: they stand in for one that was turned on. A code by mail proves nothing more to who has just read a mail.
 */
export async function availableTo(
  app: Pick<Parts, 'db'>,
  { userId, proven }: { userId: string; proven: readonly Factor[] },
): Promise<Available[]> {
  const { kinds, recoveryCodesLeft } = await factorsOf(app.db, userId)
  const keys = await secondFactorsOf(app.db, userId)
  const found: Available[] = []
  if (keys.securityKey) found.push(single('security-key'))
  if (keys.passkey) found.push(single('passkey'))
  if (kinds.includes('totp')) found.push(single('totp'))
  if (kinds.some((kind) => kind !== 'totp')) found.push(...(await sentTo(app, userId)))
  if (found.length > 0 && recoveryCodesLeft > 0) found.push(single('recovery-code'))
  const readsMail = proven.includes('mail')
  return found.filter(({ factor }) => !proven.includes(factor) && !(readsMail && factor === 'mail-code'))
}

async function sentTo(app: Pick<Parts, 'db'>, userId: string): Promise<Available[]> {
  const factors = await listFactors(app.db, userId)
  return factors.flatMap(({ id, kind, name: label }) => {
    if (kind === 'totp') return []
    return [{ factor: kind === 'sms' ? 'sms-code' : 'mail-code', id, label }]
  })
}

const single = (factor: Factor): Available => ({ factor, id: null, label: null })
