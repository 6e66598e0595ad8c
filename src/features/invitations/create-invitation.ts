import { secondsAfter } from '../../lib/clock.ts'
import type { App, By } from '../../platform/app.ts'
import { newId, randomToken, sha256 } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { canonicalEmail } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as invitations from './repository.ts'

export interface NewInvitation {
  /** Null: whoever has the link. */
  email: string | null
  lifetimeSeconds: number
}

/**
 * Makes an invitation; its link is answered this once and cannot be read again. Its origin comes from the configuration.
 *
 * @throws invitation_email_invalid (422): no canonical form.
 */
export async function createInvitation(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  wanted: NewInvitation,
): Promise<{ id: string; url: string; expiresAt: Date }> {
  const email = wanted.email === null ? null : canonicalEmail(wanted.email)
  if (email === null && wanted.email !== null) throw errors.invitation_email_invalid()
  const at = app.clock.now()
  const [id, token, expiresAt] = [newId(at), randomToken(), secondsAfter(at, wanted.lifetimeSeconds)]
  await transaction(app.db, async (tx) => {
    if (email !== null) await invitations.withdrawOlder(tx, email, at)
    const createdBy = [by.actor.type, by.actor.id].filter((part) => part !== null).join(':')
    await invitations.insert(tx, { id, tokenHash: sha256(token), email, createdBy, at, expiresAt })
    await audit.record(tx, at, by, { action: 'invitation.created', target: { type: 'invitation', id } })
  })
  return { id, url: `${app.config.issuer}/invitation/${token}`, expiresAt }
}
