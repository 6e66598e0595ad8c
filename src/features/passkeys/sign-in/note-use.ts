import type { By, Db } from '../../../platform/app.ts'
import * as outbox from '../../outbox/index.ts'
import * as passkeys from '../repository.ts'
import type { Proven } from './verify-assertion.ts'

/** What became of a use: good; of a passkey that is gone by now; or of what may be a copy. */
export type Use = 'used' | 'gone' | 'counter_reversed'

/**
 * Writes down that a passkey was used, in the transaction of the sign-in. A counter that does not move on means that two
 * devices sign with one key that was made never to leave its device; its owner hears of it once, and decides (Web
 * Authentication Level 3, section 6.1.1). Publishes then.
 */
export async function notePasskeyUse(
  tx: Db,
  at: Date,
  by: By,
  { passkey: { id, userId, credentialId }, signCount, backedUp }: Proven,
): Promise<Use> {
  if (await passkeys.noteUse(tx, { id, userId, signCount, backedUp, at })) return 'used'
  const now = await passkeys.findByCredential(tx, credentialId)
  if (now?.userId !== userId) return 'gone'
  if (await passkeys.noteReversal(tx, { id, userId, at }))
    await outbox.publish(tx, at, by, {
      type: 'auth.passkey.counter_reversed',
      subject: userId,
      data: { passkeyId: id },
    })
  return 'counter_reversed'
}
