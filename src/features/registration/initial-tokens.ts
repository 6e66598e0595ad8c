import type { App, By } from '../../platform/app.ts'
import { newId, randomToken, sha256 } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import type { RegistrationPolicy } from '../settings/index.ts'
import { secondsAfter } from '../../lib/clock.ts'
import * as registrations from './repository.ts'

export interface WantedToken {
  name: string | null
  uses: number
  lifetimeSeconds: number
  /** Null: the setting registration.policy, as it is when the token is used. */
  policy: RegistrationPolicy | null
}

/** Makes a right to register clients (RFC 7591, section 3). Its value is told this once and kept as a hash. */
export async function createInitialToken(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  { name, uses, lifetimeSeconds, policy }: WantedToken,
): Promise<{ id: string; token: string; expiresAt: Date }> {
  const createdAt = app.clock.now()
  const [id, token] = [newId(createdAt), randomToken()]
  const expiresAt = secondsAfter(createdAt, lifetimeSeconds)
  await transaction(app.db, async (tx) => {
    await registrations.insertToken(tx, { id, hash: sha256(token), name, uses, policy, createdAt, expiresAt })
    await audit.record(tx, createdAt, by, {
      action: 'registration_token.created',
      target: { type: 'registration_token', id },
      details: {
        uses,
        expiresAt: expiresAt.toISOString(),
        ...(policy && { policy: JSON.stringify(policy) }),
      },
    })
  })
  return { id, token, expiresAt }
}

/** Takes a right back; what was registered by it stays. False where there is none, or it was taken back before. */
export async function revokeInitialToken(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
): Promise<boolean> {
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    if (!(await registrations.revokeToken(tx, id, at))) return false
    await audit.record(tx, at, by, {
      action: 'registration_token.revoked',
      target: { type: 'registration_token', id },
    })
    return true
  })
}
