import type { Parts } from '../parts.ts'
import type { Factor } from '../factors.ts'

/** A second factor that a person could prove. */
export interface Available {
  factor: Factor
  /** Which, where they may have several that are told apart; null otherwise. */
  id: string | null
  /** Its name, or the end of the number that a code goes to. */
  label: string | null
}

/** What a person could prove besides what they have proven in this sign-in. */
export async function availableTo(
  _app: Pick<Parts, 'db' | 'settings'>,
  _who: { userId: string; proven: readonly Factor[] },
): Promise<Available[]> {
  return []
}
