import type { App, Db } from '../../../platform/app.ts'
import { constantTimeEqual, sha256 } from '../../../platform/crypto/index.ts'
import { errors } from '../errors.ts'
import { type Outcome, readOutcome } from './outcome.ts'
import * as requests from './repository.ts'
import type { Named, Purpose, RequestRecord } from './repository.ts'

/** What a request must be bound to where its outcome is used. */
export interface Bound {
  purpose: Purpose
  attemptId?: Buffer
  userId?: string
  sessionUid?: string
  clientId?: string
  /** What the application proves by (RFC 7636, section 4.5). */
  codeVerifier?: string
}

/**
 * Uses the outcome of a request up, in the transaction of what it proves: for one of any number of concurrent callers, and
 * only where it is bound to.
 *
 * @throws upstream_request_ended (400): used before, too old, or of somebody or something else.
 */
export async function useRequest(
  { config }: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  named: Named,
  bound: Bound,
): Promise<{ request: RequestRecord; outcome: Outcome }> {
  const request = await requests.use(tx, named, at)
  const outcome = request && readOutcome(config, request)
  if (!outcome || !fits(request, bound)) throw errors.upstream_request_ended()
  return { request, outcome }
}

/**
 * The same without using it up, for who uses it later in a transaction of their own.
 *
 * @throws upstream_request_ended (400)
 */
export async function peekRequest(
  { config, db, clock }: Pick<App, 'clock' | 'config' | 'db'>,
  named: Named,
  bound: Bound,
): Promise<{ request: RequestRecord; outcome: Outcome }> {
  const request = await requests.find(db, named, clock.now())
  const outcome = request && readOutcome(config, request)
  if (!outcome || !fits(request, bound)) throw errors.upstream_request_ended()
  return { request, outcome }
}

function fits(request: RequestRecord, { attemptId, codeVerifier, ...bound }: Bound): boolean {
  const { purpose, userId, sessionUid, clientId } = request
  const has: Record<string, unknown> = { purpose, userId, sessionUid, clientId }
  if (Object.entries(bound).some(([name, value]) => has[name] !== value)) return false
  if (attemptId !== undefined && !request.attemptId?.equals(attemptId)) return false
  return codeVerifier === undefined || provesChallenge(request.codeChallenge, codeVerifier)
}

const provesChallenge = (challenge: string | null, verifier: string): boolean =>
  challenge !== null && constantTimeEqual(challenge, sha256(verifier).toString('base64url'))

/** What a request by an application was for: uses its nonce up. @throws upstream_request_ended (400) */
export async function useNonce(
  db: Db,
  at: Date,
  { nonce, providerId, clientId }: { nonce: string; providerId: string; clientId: string },
): Promise<void> {
  const request = await requests.use(db, { nonceHash: sha256(nonce) }, at)
  if (request?.providerId !== providerId || request.clientId !== clientId)
    throw errors.upstream_request_ended()
}
