import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as passkeys from './repository.ts'

/**
 * Lets the owner of a passkey or security key call it something else.
 *
 * @throws passkey_not_found (404): unknown, deleted, or somebody else's; the answer is the same for all three.
 */
export async function renamePasskey(
  tx: Db,
  at: Date,
  by: By,
  { userId, id, name }: { userId: string; id: string; name: string },
): Promise<void> {
  if (!(await passkeys.rename(tx, { userId, id, name }))) throw errors.passkey_not_found()
  await audit.record(tx, at, by, {
    action: 'passkey.renamed',
    target: { type: 'user', id: userId },
    details: { passkeyId: id },
  })
}
