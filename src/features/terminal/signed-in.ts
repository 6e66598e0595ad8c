import { secondsAfter, systemClock } from '../../lib/clock.ts'
import { Problem } from '../../platform/errors.ts'
import { forget, keep, type Tokens, tokensFor } from './kept.ts'
import { discover, explaining, notSignedIn } from './server.ts'
import { identityOf, type Identity, toTokens } from './sign-in.ts'

/** Seconds an access token must be good for still. */
const leastSeconds = 30

/**
 * Who is signed in at a server. The server is asked: what was kept here may have ended there.
 *
 * @throws not_signed_in (401): it has, and is forgotten here too.
 */
export async function whoIsSignedIn(path: string, server: string): Promise<Identity> {
  const kept = signedInAt(path, server)
  const configuration = await discover(server)
  try {
    return await identityOf(configuration, server, await freshTokens(path, server, kept))
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_signed_in') forget(path, server)
    throw error
  }
}

/** What is kept of the sign-in at a server. @throws not_signed_in (401) */
export function signedInAt(path: string, server: string): Tokens {
  const kept = tokensFor(path, server)
  if (!kept) throw notSignedIn(server)
  return kept
}

/** Tokens that are good for a while still, refreshed where they must be. @throws what `explaining` says */
export async function freshTokens(path: string, server: string, kept: Tokens): Promise<Tokens> {
  if (kept.expiresAt > secondsAfter(systemClock.now(), leastSeconds)) return kept
  const { refresh } = kept
  if (refresh === null) throw notSignedIn(server)
  const { refreshTokenGrant } = await import('openid-client')
  const configuration = await discover(server)
  const reply = await explaining(server, () => refreshTokenGrant(configuration, refresh))
  const tokens = toTokens(reply, kept)
  keep(path, server, tokens)
  return tokens
}

/**
 * Signs out at a server: what it gave is revoked there (RFC 7009), and forgotten here whatever the server says. False when
 * nobody was signed in.
 *
 * @throws server_unreachable (503), server_unsuitable (502): it was forgotten here alone.
 */
export async function signOut(path: string, server: string): Promise<boolean> {
  const kept = tokensFor(path, server)
  if (!kept) return false
  forget(path, server)
  const { tokenRevocation } = await import('openid-client')
  const configuration = await discover(server)
  for (const token of [kept.refresh, kept.access])
    if (token !== null) await explaining(server, () => tokenRevocation(configuration, token))
  return true
}
