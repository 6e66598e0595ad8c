import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import type { KeyPurpose } from './passkey.ts'

interface Telling {
  userId: string
  id: string
  purpose: KeyPurpose
  /** Kind of authenticator, of one that is added. */
  aaguid?: string
  reason?: string | undefined
}

/** Records that a key came or went, and publishes it. A security key is a factor like those that features/factors keeps. */
export async function tell(
  tx: Db,
  at: Date,
  by: By,
  what: 'added' | 'removed',
  { userId, id, purpose, aaguid, reason }: Telling,
): Promise<void> {
  const isKey = purpose === 'security-key'
  const data = isKey ? { factorId: id, kind: purpose } : { passkeyId: id }
  await audit.record(tx, at, by, {
    action: isKey ? `factor.${what}` : `passkey.${what}`,
    target: { type: 'user', id: userId },
    ...(reason !== undefined && { reason }),
    details: { ...data, ...(aaguid !== undefined && { aaguid }) },
  })
  await outbox.publish(tx, at, by, {
    type: isKey ? `auth.factor.${what}` : `auth.passkey.${what}`,
    subject: userId,
    data,
  })
}
