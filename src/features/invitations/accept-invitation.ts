import type { By, Db } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import * as invitations from './repository.ts'

/**
 * Uses an invitation up for a new account, in the transaction that makes it.
 *
 * @throws invitation_invalid (403): used, withdrawn, too old, or never made; the account is not made either.
 */
export async function acceptInvitation(
  tx: Db,
  at: Date,
  by: By,
  { token, userId }: { token: string; userId: string },
): Promise<void> {
  const id = await invitations.accept(tx, { tokenHash: sha256(token), userId, at })
  if (id === null) throw errors.invitation_invalid()
  await audit.record(tx, at, by, { action: 'invitation.accepted', target: { type: 'invitation', id } })
  await outbox.publish(tx, at, by, {
    type: 'auth.invitation.accepted',
    subject: userId,
    data: { invitationId: id },
  })
}
