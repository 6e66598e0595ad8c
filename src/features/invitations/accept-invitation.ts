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
  await accept(tx, at, by, { tokenHash: sha256(token), userId })
}

/**
 * Uses up the invitation of an address that a person has proven to be theirs, if there is one. True when there was.
 */
export async function acceptMailedTo(
  tx: Db,
  at: Date,
  by: By,
  { email, userId }: { email: string; userId: string },
): Promise<boolean> {
  const tokenHash = await invitations.findOpenFor(tx, email, at)
  if (tokenHash === null) return false
  await accept(tx, at, by, { tokenHash, userId })
  return true
}

async function accept(
  tx: Db,
  at: Date,
  by: By,
  { tokenHash, userId }: { tokenHash: Buffer; userId: string },
): Promise<void> {
  const id = await use(tx, at, by, { tokenHash, userId })
  await outbox.publish(tx, at, by, {
    type: 'auth.invitation.accepted',
    subject: userId,
    data: { invitationId: id },
  })
}

/**
 * Uses an invitation up without an account: the address that was given has one, and only its owner may hear of that. A link
 * that was still good would tell.
 *
 * @throws invitation_invalid (403)
 */
export async function spendInvitation(tx: Db, at: Date, by: By, token: string): Promise<void> {
  await use(tx, at, by, { tokenHash: sha256(token), userId: null })
}

async function use(
  tx: Db,
  at: Date,
  by: By,
  { tokenHash, userId }: { tokenHash: Buffer; userId: string | null },
): Promise<string> {
  const id = await invitations.accept(tx, { tokenHash, userId, at })
  if (id === null) throw errors.invitation_invalid()
  await audit.record(tx, at, by, { action: 'invitation.accepted', target: { type: 'invitation', id } })
  return id
}
