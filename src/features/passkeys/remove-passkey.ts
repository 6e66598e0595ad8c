import type { By, Db } from '../../platform/app.ts'
import { lockAccount } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import * as passkeys from './repository.ts'

interface Which {
  userId: string
  id: string
  /** Why, where somebody else than its owner does it. */
  reason?: string | undefined
}

/**
 * Takes a passkey from a person, in the caller's transaction, which demands that a way in is left where that matters; sessions
 * that began with it go on. One at a time for each person, so that of two callers who each leave the other's way in, the
 * second sees what the first has taken.
 *
 * @throws passkey_not_found (404): unknown, deleted before, or somebody else's; the answer is the same for all three.
 */
export async function removePasskey(tx: Db, at: Date, by: By, { userId, id, reason }: Which): Promise<void> {
  if (!(await lockAccount(tx, userId))) throw errors.passkey_not_found()
  if (!(await passkeys.remove(tx, { userId, id }))) throw errors.passkey_not_found()
  await tell(tx, at, by, { userId, id, reason })
}

interface Why {
  reason: string
  /** `security-keys`: only those that come second to something else. */
  which?: 'all' | 'security-keys'
}

/** Takes all passkeys of a person away, in the caller's transaction, which says why; each is told. */
export async function removePasskeysOf(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  { reason, which = 'all' }: Why,
): Promise<void> {
  for (const id of await passkeys.removeAll(tx, userId, which)) await tell(tx, at, by, { userId, id, reason })
}

async function tell(tx: Db, at: Date, by: By, { userId, id, reason }: Which): Promise<void> {
  await audit.record(tx, at, by, {
    action: 'passkey.removed',
    target: { type: 'user', id: userId },
    ...(reason !== undefined && { reason }),
    details: { passkeyId: id },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.passkey.removed',
    subject: userId,
    data: { passkeyId: id },
  })
}
