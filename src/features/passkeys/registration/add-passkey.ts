import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { lockAccount } from '../../accounts/index.ts'
import { errors } from '../errors.ts'
import { type Passkey, userHandleOf } from '../passkey.ts'
import * as passkeys from '../repository.ts'
import { tell } from '../tell.ts'
import type { NewKey } from './verify-registration.ts'

/** As many as a person may have, of both kinds together. */
const mostPasskeys = 20

/**
 * Lets a new key open a person's account, or prove them a second time, in the caller's transaction, which has seen that they are
 * signed in still.
 *
 * @throws passkey_known (409): somebody has it already, whoever that is.
 * @throws passkeys_full (409)
 */
export async function addPasskey(
  tx: Db,
  at: Date,
  by: By,
  { userId, name, key }: { userId: string; name: string; key: NewKey },
): Promise<Passkey> {
  await lockAccount(tx, userId)
  if ((await passkeys.list(tx, userId)).length >= mostPasskeys) throw errors.passkeys_full()
  const passkey = await passkeys.insert(tx, {
    ...key,
    ...{ id: newId(at), userId, userHandle: userHandleOf(userId), name, createdAt: at },
    ...{ lastUsedAt: null, counterReversedAt: null },
  })
  if (!passkey) throw errors.passkey_known()
  const { id, purpose, aaguid } = passkey
  await tell(tx, at, by, 'added', { userId, id, purpose, aaguid })
  return passkey
}
