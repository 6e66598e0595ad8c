import { secondsAfter } from '../../../lib/clock.ts'
import type { App, Db } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import type { WithFederation } from '../open.ts'
import type { ProviderRecord } from '../providers/provider.ts'
import type { UpstreamLogout } from '../upstream/verify-tokens.ts'
import * as signIns from './repository.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'outbound'> & WithFederation

/** Seconds that a token which was seen is remembered: longer than one is taken for. */
const rememberedSeconds = 900

/**
 * Reads what a provider says has ended there.
 *
 * @throws upstream_refused, upstream_answer_invalid, upstream_unavailable: it is not the provider who says so.
 */
export async function readLogout(
  app: Machinery,
  provider: ProviderRecord,
  token: string,
): Promise<UpstreamLogout> {
  const { upstreamProblem, verifyLogoutToken } = await import('../upstream/index.ts')
  try {
    return await verifyLogoutToken(app, await app.federation.clientOf(provider), token)
  } catch (error) {
    throw upstreamProblem(error)
  }
}

/** The sign-ins that end, in the caller's transaction; null when the same token came before. */
export async function takeLogout(
  tx: Db,
  at: Date,
  { jti, ...ended }: UpstreamLogout,
): Promise<{ id: string; userId: string }[] | null> {
  const expiresAt = secondsAfter(at, rememberedSeconds)
  const first = await signIns.markLogout(tx, { issuer: ended.issuer, jtiHash: sha256(jti), expiresAt })
  return first ? signIns.takeEnded(tx, ended) : null
}
