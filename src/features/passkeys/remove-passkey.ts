import type { By, Db } from '../../platform/app.ts'
import { lockAccount } from '../accounts/index.ts'
import type { KeyPurpose } from './passkey.ts'
import { errors } from './errors.ts'
import * as passkeys from './repository.ts'
import { tell } from './tell.ts'

interface Which {
  userId: string
  id: string
  /** Why, where somebody else than its owner does it. */
  reason?: string | undefined
}

/**
 * Takes a passkey or security key from a person, in the caller's transaction, which demands that a way in is left where that
 * matters; sessions that began with it go on. One at a time for each person, so that of two callers who each leave the other's
 * way in, the second sees what the first has taken.
 *
 * @returns what it was good for.
 * @throws passkey_not_found (404): unknown, deleted before, or somebody else's; the answer is the same for all three.
 */
export async function removePasskey(
  tx: Db,
  at: Date,
  by: By,
  { userId, id, reason }: Which,
): Promise<KeyPurpose> {
  if (!(await lockAccount(tx, userId))) throw errors.passkey_not_found()
  const purpose = await passkeys.remove(tx, { userId, id })
  if (purpose === null) throw errors.passkey_not_found()
  await tell(tx, at, by, 'removed', { userId, id, purpose, reason })
  return purpose
}

interface Why {
  reason: string
  /** `security-keys`: only those that come second to something else. */
  which?: 'all' | 'security-keys'
}

/** Takes all passkeys and security keys of a person away, in the caller's transaction, which says why; each is told. */
export async function removePasskeysOf(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  { reason, which = 'all' }: Why,
): Promise<void> {
  for (const { id, purpose } of await passkeys.removeAll(tx, userId, which))
    await tell(tx, at, by, 'removed', { userId, id, purpose, reason })
}
