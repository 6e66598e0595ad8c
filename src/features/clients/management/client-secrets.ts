import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { type Conditions, heldClient } from '../conditions.ts'
import { errors } from '../errors.ts'
import { announceChange } from '../memory.ts'
import * as clients from '../repository.ts'
import type { SecretView } from './schema.ts'

/**
 * The secrets of a client by age and last use, the oldest first: an old one that nobody uses any more can go.
 *
 * @throws client_not_found (404)
 */
export async function listSecrets(app: Pick<App, 'db' | 'clock'>, id: string): Promise<SecretView[]> {
  if (!(await clients.find(app.db, id))) throw errors.client_not_found()
  const now = app.clock.now()
  return (await clients.secretsOf(app.db, id)).map(({ createdAt, expiresAt, lastUsedAt, ...secret }) => ({
    id: secret.id,
    state: expiresAt === null ? 'current' : expiresAt > now ? 'retiring' : 'ended',
    created_at: createdAt,
    expires_at: expiresAt,
    last_used_at: lastUsedAt,
  }))
}

/**
 * Ends a secret that has a successor before its time.
 *
 * @throws client_not_found, client_secret_not_found (404); client_secret_current (409); client_changed (412)
 */
export async function endSecret(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  { clientId, secretId }: { clientId: string; secretId: string },
  conditions: Conditions = {},
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const { secrets } = await heldClient(tx, clientId, conditions)
    const secret = secrets.find(({ id }) => id === secretId)
    if (!secret) throw errors.client_secret_not_found()
    if (secret.expiresAt === null) throw errors.client_secret_current()
    await clients.removeSecret(tx, secretId)
    await clients.raiseVersion(tx, clientId, at)
    await audit.record(tx, at, by, {
      action: 'client.secret_ended',
      target: { type: 'client', id: clientId },
      details: { secretId },
    })
    await announceChange(tx, clientId)
  })
}
