import type { Context } from 'koa'

import type { App } from '../../../platform/app.ts'
import { defineErrors, type Problem } from '../../../platform/errors.ts'
import { demandsOf, type WithClients } from '../../clients/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import type { AccessTokenClaims } from '../access-token.ts'
import { nonceDemanded } from './demand-nonce.ts'
import { certificateOf } from './holder.ts'
import { useOnce } from './marks.ts'
import { openNonces } from './nonces.ts'
import { judgeProof, proofAlgorithms } from './proof.ts'

const errors = defineErrors({
  invalid_token: {
    status: 401,
    title: 'The access token is bound to a key that this request does not prove.',
  },
  invalid_dpop_proof: { status: 401, title: 'The DPoP proof is missing, wrong, too old or was used before.' },
  use_dpop_nonce: { status: 401, title: 'The DPoP proof must carry the nonce in the header DPoP-Nonce.' },
})

type Parts = Pick<App, 'config' | 'db' | 'clock'> & WithClients & WithSettings

/** An access token as it came in a request. */
export interface PresentedToken {
  scheme: 'bearer' | 'dpop'
  token: string
  claims: AccessTokenClaims
}

/**
 * Demands that who presents a bound access token at our own API has the key it is bound to: by a DPoP proof made for this very
 * request (RFC 9449, section 7.1), or by the certificate of the connection (RFC 8705, section 3). A token bound to neither
 * comes as a bearer token only.
 *
 * @throws invalid_token (401): another key, none, or the wrong scheme.
 * @throws invalid_dpop_proof (401)
 * @throws use_dpop_nonce (401): with the nonce to use.
 */
export async function demandPossession(
  parts: Parts,
  ctx: Context,
  { scheme, token, claims }: PresentedToken,
): Promise<void> {
  const { jkt, 'x5t#S256': x5t } = claims.cnf ?? {}
  if (x5t !== undefined && certificateOf(ctx) !== x5t)
    throw errors.invalid_token({ challenge: 'Bearer error="invalid_token"' })
  if (jkt === undefined && scheme === 'bearer') return
  if (jkt === undefined || scheme === 'bearer') throw refused('invalid_token')
  const thumbprint = await provedKey(parts, ctx, { token, claims })
  if (thumbprint !== jkt) throw refused('invalid_token')
}

async function provedKey(
  parts: Parts,
  ctx: Context,
  { token, claims }: Pick<PresentedToken, 'token' | 'claims'>,
): Promise<string> {
  const client = await parts.clients.get(claims.client_id)
  const demands = demandsOf(client?.metadata.profile)
  const nonces = openNonces(parts)
  const judged = await judgeProof({ ...parts, nonces }, ctx.get('dpop'), {
    method: ctx.method,
    url: parts.config.issuer + ctx.path,
    accessToken: token,
    nonceDemanded: await nonceDemanded(parts, demands),
    aheadWithNonce: demands.aheadSeconds ?? Infinity,
  })
  if (judged.outcome === 'use_dpop_nonce' || (judged.outcome === 'proved' && !judged.current))
    ctx.set('dpop-nonce', nonces.next())
  if (judged.outcome !== 'proved') throw refused(judged.outcome)
  if (!(await useOnce(parts, judged))) throw refused('invalid_dpop_proof')
  return judged.thumbprint
}

/** What the header tells a client to do (RFC 9449, section 7.1). */
export const dpopChallenge = (error: string): string =>
  `DPoP error="${error}", algs="${proofAlgorithms.join(' ')}"`

const refused = (error: keyof typeof errors): Problem => errors[error]({ challenge: dpopChallenge(error) })
