import type { Db } from '../../platform/app.ts'
import { revoke } from '../revocations/index.ts'
import * as sessions from './repository.ts'

/**
 * Ends what one grant gave a client, in the caller's transaction: a used code or refresh token came back (RFC 9700,
 * section 4.14.2), a refresh token was revoked (RFC 7009, section 2.1), or consent was withdrawn.
 */
export async function endGrant(tx: Db, at: Date, grantId: string): Promise<void> {
  const ended = await sessions.endClientsOfGrant(tx, { grantId, at })
  await revoke(
    tx,
    at,
    ended.map(({ sid }) => ({ kind: 'sid', key: sid })),
  )
}

/**
 * Ends all that a client holds of a person, in the caller's transaction: in every session, offline access included. Its
 * access tokens are refused everywhere within a second, its refresh tokens at their next use. The number ended.
 */
export async function endClientOfUser(
  tx: Db,
  at: Date,
  { userId, clientId }: { userId: string; clientId: string },
): Promise<number> {
  const ended = await sessions.endClientOfUser(tx, { userId, clientId, at })
  await revoke(
    tx,
    at,
    ended.map(({ sid }) => ({ kind: 'sid', key: sid })),
  )
  return ended.length
}
