import * as openid from 'openid-client'
import { z } from 'zod'

import { secondsAfter } from '../../../lib/clock.ts'
import { mappingOf, type Said, valueAt } from '../claims.ts'
import { provesFreshness } from '../connectors/freshness.ts'
import { toAnswer, type UpstreamAnswer, type UpstreamTokens } from './answer.ts'
import { askProfile } from './ask-profile.ts'
import { exchangeAtTenant } from './exchange-at-tenant.ts'
import type { Machinery, ProviderClient } from './provider-client.ts'
import type { RequestSecrets } from './request-secrets.ts'
import { untrusted } from './untrusted.ts'

export interface Returned {
  /** Our callback with what the provider sent there. */
  url: URL
  state: string
  secrets: RequestSecrets
  /** Since when the person has had to sign in there; null where any session of theirs will do. */
  freshSince: Date | null
}

/**
 * Exchanges the code that a provider sent for what it says about the person, everything checked: state, `iss` (RFC 9207),
 * PKCE, signature, issuer, audience, nonce and times of the ID token (OpenID Connect Core 1.0, section 3.1.3.7), and that
 * userinfo speaks of the same subject (section 5.3.2).
 *
 * @throws whatever openid-client and the guarded client throw, and upstream_answer_invalid; see `upstreamProblem`.
 */
export async function redeemCode(
  app: Machinery,
  client: ProviderClient,
  returned: Returned,
): Promise<UpstreamAnswer> {
  const tokens = await exchange(app, client, returned)
  const kept = toTokens(app, tokens)
  if (client.place.protocol === 'oauth2')
    return toAnswer(client, await askProfile(app, client, client.place.profile, tokens.access_token), kept)
  const claims = tokens.claims()
  if (!claims) throw untrusted('the answer holds no ID token')
  return toAnswer(client, await withUserinfo(client, tokens, claims, returned.url), kept)
}

type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers

function exchange(
  { clock }: Pick<Machinery, 'clock'>,
  client: ProviderClient,
  { url, state, secrets, freshSince }: Returned,
): Promise<Tokens> {
  const { connector, options, place } = client
  const proves = freshSince !== null && place.protocol === 'oidc' && provesFreshness(options, connector)
  const checks: openid.AuthorizationCodeGrantChecks = {
    expectedState: state,
    idTokenExpected: place.protocol === 'oidc',
    ...(connector.nonce && { expectedNonce: secrets.nonce }),
    ...(connector.pkce && { pkceCodeVerifier: secrets.codeVerifier }),
    ...(proves && { maxAge: secondsSince(freshSince, clock.now()) }),
  }
  return client.issuer.includes('{tenantid}')
    ? exchangeAtTenant(client, url, checks)
    : openid.authorizationCodeGrant(client.configuration, url, checks)
}

/** Whole ones; openid-client grants half a minute more, for clocks that differ. */
const secondsSince = (before: Date, now: Date): number =>
  Math.max(0, Math.ceil((now.getTime() - before.getTime()) / 1000))

/** What userinfo adds to an ID token; whatever stands in both, the signed one counts. */
async function withUserinfo(
  { configuration, connector, provider }: ProviderClient,
  { access_token: accessToken }: Tokens,
  claims: openid.IDToken,
  url: URL,
): Promise<Said> {
  const named = nameInForm(url)
  const { userinfo_endpoint: endpoint } = configuration.serverMetadata()
  const complete = mappingOf(connector, provider.mapping).every(
    ([, pointer]) => valueAt({ ...named, ...claims }, pointer) !== undefined,
  )
  if (endpoint === undefined || complete) return { ...named, ...claims }
  return { ...named, ...(await openid.fetchUserInfo(configuration, accessToken, claims.sub)), ...claims }
}

const UserInForm = z.object({
  name: z.object({ firstName: z.string().optional(), lastName: z.string().optional() }).optional(),
})

/** Apple tells the name beside the code, in JSON that nobody signed: it names somebody and proves nothing. */
function nameInForm(url: URL): Said {
  const user = url.searchParams.get('user')
  if (user === null) return {}
  try {
    return { user: UserInForm.parse(JSON.parse(user)) }
  } catch {
    return {} // no JSON, or nothing that names anybody
  }
}

function toTokens({ clock }: Pick<Machinery, 'clock'>, tokens: Tokens): UpstreamTokens {
  const seconds = tokens.expiresIn()
  return {
    access_token: tokens.access_token,
    token_type: tokens.token_type,
    scope: tokens.scope ?? null,
    refresh_token: tokens.refresh_token ?? null,
    expires_at: seconds === undefined ? null : secondsAfter(clock.now(), seconds).toISOString(),
  }
}
