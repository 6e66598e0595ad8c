import type { KoaContextWithOIDC, ResourceServer } from 'oidc-provider'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import type { AdmittedAccount } from '../account.ts'

export interface NewAccessToken {
  account: AdmittedAccount
  target: ResourceServer
  scopes: readonly string[]
  /** NumericDate: it ends then at the latest. */
  notAfter: number
  /** What it says besides what the library writes. */
  claims: Record<string, unknown>
}

/** Signs an access token as the library does, and answers as it does (RFC 6749, section 5.1). No other token comes with it. */
export async function issueAccessToken(
  { clock }: Pick<App, 'clock'>,
  ctx: KoaContextWithOIDC,
  { account, target, scopes, notAfter, claims }: NewAccessToken,
) {
  const { provider, client } = ctx.oidc
  if (!client) throw new Error('a grant was asked for by no client')
  const now = epochSeconds(clock.now())
  const { audience = provider.issuer, accessTokenTTL = 1 } = target
  const exp = Math.min(now + accessTokenTTL, notAfter)
  const token = new provider.AccessToken({
    client,
    accountId: account.accountId,
    grantId: '', // it comes from no grant: what ends it stands in the token
    gty: 'own',
    scope: scopes.join(' '),
    resourceServer: { ...target, scopes: new Set(target.scope.split(' ')), identifier: () => audience },
    exp,
  })
  ctx.state.tokenClaims = claims
  ctx.oidc.entity('AccessToken', token)
  return {
    access_token: await token.save(),
    token_type: token.tokenType,
    expires_in: exp - now,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  }
}

/** The scopes to grant: those asked for, or all there are. What is asked for beyond them is returned as `lacking`. */
export function chooseScopes(
  asked: unknown,
  available: readonly string[],
): { granted: string[]; lacking: string[] } {
  if (typeof asked !== 'string') return { granted: [...available], lacking: [] }
  const wanted = [...new Set(asked.split(' '))].filter((scope) => scope !== '')
  const lacking = wanted.filter((scope) => !available.includes(scope))
  return { granted: wanted.filter((scope) => available.includes(scope)), lacking }
}
