import { secondsAfter } from '../../lib/clock.ts'
import type { Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import * as revocations from './repository.ts'

/** `sid` and `jti` end for good; of a `subject` or `client` only the tokens issued until now. */
export interface Revocation {
  kind: 'sid' | 'subject' | 'client' | 'jti'
  key: string
}

/** Seconds: the longest an access token may live (setting `token.access_seconds`), and a minute for clocks that differ. */
export const longestTokenSeconds = 3600 + 60

export const topic = 'revocations'

/** Postgres takes 8,000 bytes a message; beyond this many the replicas are told to read the table. */
const mostInOneMessage = 40

/** Revokes in the caller's transaction: every replica knows once it has committed, none if it rolls back. */
export async function revoke(tx: Db, at: Date, what: Revocation | readonly Revocation[]): Promise<void> {
  const entries = [what].flat()
  if (entries.length === 0) return
  const expiresAt = secondsAfter(at, longestTokenSeconds)
  const rows = entries.map(({ kind, key }) => ({ kind, key, revokedAt: at, expiresAt }))
  await revocations.insert(tx, rows)
  await tellReplicas(tx, topic, rows.length > mostInOneMessage ? null : rows)
}
