import { sha256 } from '../crypto/index.ts'
import { httpErrors } from './problems.ts'
import { invalidInput } from './validate.ts'

/** A strong validator of what is shown: another one as soon as any of it changes (RFC 9110, section 8.8.3). */
export const etagOf = (shown: unknown): string =>
  `"${sha256(JSON.stringify(shown)).subarray(0, 18).toString('base64url')}"`

/**
 * Demands that what is about to change is still what the caller saw, where they said what they saw (RFC 9110, section
 * 13.1.1). Ask in the transaction of the change, with the row locked: two changes at once must not both find it unchanged.
 *
 * @param ifMatch The header as it was sent; empty: any.
 * @throws precondition_failed (412)
 */
export function demandMatch(ifMatch: string, current: string): void {
  if (ifMatch === '') return
  const named = ifMatch.split(',').map((tag) => tag.trim())
  if (!named.includes('*') && !named.includes(current)) throw httpErrors.precondition_failed()
}

/**
 * Demands that the caller says what they saw, by a revision in the body or by If-Match.
 *
 * @throws invalid_input (400)
 */
export function demandSeen(ifMatch: string, revision: number | undefined): void {
  if (ifMatch !== '' || revision !== undefined) return
  throw invalidInput([{ field: 'revision', detail: 'is missing, and so is If-Match' }])
}
