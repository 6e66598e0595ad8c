import { secondsAfter } from '../../lib/clock.ts'
import type { App, By, Db } from '../../platform/app.ts'
import { newId, randomToken, sha256 } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { canonicalEmail } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { sendMail } from '../notifications/index.ts'
import { errors } from './errors.ts'
import * as invitations from './repository.ts'

export interface NewInvitation {
  /** Null: whoever has the link. */
  email: string | null
  lifetimeSeconds: number
}

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/**
 * Makes an invitation; its link is answered this once and cannot be read again. Its origin comes from the configuration.
 *
 * @throws invitation_email_invalid (422): no canonical form.
 */
export async function createInvitation(
  app: Machinery,
  by: By,
  wanted: NewInvitation,
): Promise<{ id: string; url: string; expiresAt: Date }> {
  const email = wanted.email === null ? null : toAddress(wanted.email)
  return transaction(app.db, (tx) => make(app, tx, by, { ...wanted, email, mailed: false }))
}

/**
 * Makes an invitation and mails it. Nobody but the address gets the link, not even who invites: so accepting it proves the
 * address.
 *
 * @throws invitation_email_invalid (422): no canonical form.
 */
export async function sendInvitation(
  app: Machinery,
  by: By,
  wanted: { email: string; lifetimeSeconds: number; language?: string | undefined },
): Promise<{ id: string; expiresAt: Date }> {
  const email = toAddress(wanted.email)
  const { lifetimeSeconds, language = null } = wanted
  return transaction(app.db, async (tx) => {
    const { id, url, expiresAt } = await make(app, tx, by, { email, lifetimeSeconds, mailed: true })
    const letter = { letter: 'invitation', to: email, language, userId: null } as const
    await sendMail(app, tx, app.clock.now(), { ...letter, locals: { url, expiresAt }, expiresAt })
    return { id, expiresAt }
  })
}

function toAddress(typed: string): string {
  const email = canonicalEmail(typed)
  if (email === null) throw errors.invitation_email_invalid()
  return email
}

/** Earlier invitations of the same address end with a newer one. */
async function make(
  { config, clock }: Machinery,
  tx: Db,
  by: By,
  { email, lifetimeSeconds, mailed }: NewInvitation & { mailed: boolean },
): Promise<{ id: string; url: string; expiresAt: Date }> {
  const at = clock.now()
  const [id, token, expiresAt] = [newId(at), randomToken(), secondsAfter(at, lifetimeSeconds)]
  if (email !== null) await invitations.withdrawOlder(tx, email, at)
  const createdBy = [by.actor.type, by.actor.id].filter((part) => part !== null).join(':')
  const mailedAt = mailed ? at : null
  await invitations.insert(tx, { id, tokenHash: sha256(token), email, createdBy, at, expiresAt, mailedAt })
  await audit.record(tx, at, by, {
    action: 'invitation.created',
    target: { type: 'invitation', id },
    details: { mailed },
  })
  return { id, url: `${config.issuer}/invitation/${token}`, expiresAt }
}
