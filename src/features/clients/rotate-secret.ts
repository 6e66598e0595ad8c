import { secondsAfter } from '../../lib/clock.ts'
import type { App, By } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { type Conditions, heldClient } from './conditions.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { usesSecret } from './metadata.ts'
import * as clients from './repository.ts'
import { makeSecret } from './secrets.ts'

/** Seconds the old secret may stay: long enough for any roll-out, short enough to be an end. */
export const longestOverlapSeconds = 30 * 86_400

export interface RotatedSecret {
  id: string
  /** Shown this once and kept nowhere. */
  secret: string
  /** Until when the one before works. */
  previousExpiresAt: Date
}

/**
 * Gives a client a new secret. The one before works for `overlapSeconds` more (0 after a leak); an older one ends now.
 *
 * @throws client_not_found (404); client_changed (412)
 * @throws client_has_no_secret (409): it is public or signs its assertions.
 * @throws invalid_client_metadata (400): the overlap is negative or over 30 days.
 */
export async function rotateSecret(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  { overlapSeconds, ...conditions }: { overlapSeconds: number } & Conditions,
): Promise<RotatedSecret> {
  demandOverlap(overlapSeconds)
  const at = app.clock.now()
  const previousExpiresAt = secondsAfter(at, overlapSeconds)
  const [secretId, made] = [newId(at), makeSecret()]

  return transaction(app.db, async (tx) => {
    const client = await heldClient(tx, id, conditions)
    if (!usesSecret(client.metadata)) throw errors.client_has_no_secret()

    await clients.retireSecrets(tx, id, previousExpiresAt)
    await clients.insertSecret(tx, { id: secretId, clientId: id, hash: made.hash, at })
    await clients.raiseVersion(tx, id, at)
    await audit.record(tx, at, by, {
      action: 'client.secret_rotated',
      target: { type: 'client', id },
      details: { overlapSeconds },
    })
    await announceChange(tx, id)
    return { id: secretId, secret: made.secret.reveal(), previousExpiresAt }
  })
}

function demandOverlap(seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= longestOverlapSeconds) return
  const detail = `must be a whole number of seconds from 0 to ${longestOverlapSeconds}`
  throw errors.invalid_client_metadata({
    detail: `overlapSeconds ${detail}`,
    fields: [{ field: 'overlapSeconds', detail }],
  })
}
