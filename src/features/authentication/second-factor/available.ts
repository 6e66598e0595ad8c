import { factorsOf } from '../../factors/index.ts'
import { hasPasskey } from '../../passkeys/index.ts'
import type { Factor } from '../factors.ts'
import type { Parts } from '../parts.ts'

/** A second factor that a person could prove. */
export interface Available {
  factor: Factor
  /** Which, where they may have several that are told apart; null otherwise. */
  id: string | null
  /** Its name, or the end of the number that a code goes to. */
  label: string | null
}

/**
 * What a person could prove besides what they have proven in this sign-in, the strongest first. Recovery codes alone are no
 * second factor: they stand in for one that was turned on.
 */
export async function availableTo(
  app: Pick<Parts, 'db'>,
  { userId, proven }: { userId: string; proven: readonly Factor[] },
): Promise<Available[]> {
  const { kinds, recoveryCodesLeft } = await factorsOf(app.db, userId)
  const found: Available[] = []
  if (await hasPasskey(app.db, userId)) found.push(single('passkey'))
  if (kinds.includes('totp')) found.push(single('totp'))
  if (found.length > 0 && recoveryCodesLeft > 0) found.push(single('recovery-code'))
  return found.filter(({ factor }) => !proven.includes(factor))
}

const single = (factor: Factor): Available => ({ factor, id: null, label: null })
