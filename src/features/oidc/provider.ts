import {
  type Configuration,
  errors,
  type FindAccount,
  type Grant,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { acrValuesSupported, isEnoughFor } from '../admission/index.ts'
import type { WithApis } from '../apis/index.ts'
import { impliedRole } from '../authorization/index.ts'
import type { WithOperatorClaims } from '../claims/index.ts'
import { demandsOf, ownProperties, type WithClients } from '../clients/index.ts'
import type { WithKeys } from '../keys/index.ts'
import type { WithRevocations } from '../revocations/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { personOf, subjectShown } from './account.ts'
import { checkAssertion } from './client-assertions.ts'
import { richAuthorizationRequests } from './configuration/authorization-details.ts'
import { ciba } from './configuration/ciba.ts'
import { claims, scopes } from './configuration/claims.ts'
import { cookies } from './configuration/cookies.ts'
import { dpop } from './configuration/dpop.ts'
import { features } from './configuration/features.ts'
import { loadExistingGrant } from './configuration/grants.ts'
import { logoutDiscovery } from './configuration/logout.ts'
import { type Lifetimes, lifetimes } from './configuration/lifetimes.ts'
import { pages } from './configuration/pages.ts'
import { prompts } from './configuration/prompts.ts'
import { requestAlgorithms, requestFeatures } from './configuration/requests.ts'
import { resourceIndicators } from './configuration/resources.ts'
import { andOpaqueClaims, andOperatorClaims } from './custom-claims.ts'
import { guardedFetch, longestKeySet } from './client-documents.ts'
import { keepOfflineAccess, mayStayConnected } from './offline-access.ts'
import { proofAlgorithms } from './possession/proof.ts'
import { refuseUnbound } from './possession/refuse-unbound.ts'
import type { SigningProfile } from './signing-profile.ts'
import type { UnitOfWork } from './storage/unit-of-work.ts'
import type { Adapter } from 'oidc-provider'

export type ProviderParts = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'log' | 'outbound' | 'views'> &
  WithApis &
  WithClients &
  WithOperatorClaims &
  WithKeys &
  WithRevocations &
  WithSettings

interface Dynamic {
  adapters(name: string): Adapter
  /** Lifetimes of the request that runs now. */
  lifetimes(): Lifetimes
  profile: SigningProfile
  /** Whether the refresh token of a request is replaced. */
  rotates(ctx: KoaContextWithOIDC): Promise<boolean>
  /** Finds the person of a request. */
  findAccount: FindAccount
  unitOf(ctx: object): UnitOfWork | undefined
}

/** Paths of the protocol; everything the provider answers lies on or under them. */
export const routes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  introspection: '/introspect',
  revocation: '/revoke',
  end_session: '/logout',
  jwks: '/.well-known/jwks.json',
  pushed_authorization_request: '/par',
  device_authorization: '/device_authorization',
  code_verification: '/device', // people type it
  backchannel_authentication: '/ciba',
} as const

/** Puts the provider together. Cheap (about a millisecond), so that a rotation of keys simply builds the next one. */
export function buildProvider(parts: ProviderParts, dynamic: Dynamic): Provider {
  const { config, clock, keys } = parts
  const { findAccount: found } = dynamic
  const shown = pages(parts, found)
  const setup: Configuration = {
    adapter: dynamic.adapters,
    jwks: keys.jwks(), // the ring's own type is narrower than the library's
    findAccount: found,
    loadExistingGrant: loadExistingGrant(parts, dynamic.lifetimes),
    features: features(
      shown,
      resourceIndicators(parts, dynamic.lifetimes, dynamic.profile),
      found,
      ciba(parts, dynamic.unitOf),
      dpop(parts),
      requestFeatures(parts),
      richAuthorizationRequests(parts),
      parts.apis,
    ),
    ttl: lifetimes(dynamic.lifetimes, () => epochSeconds(clock.now())),
    claims,
    scopes: [...scopes],
    acrValues: [...acrValuesSupported],
    cookies: cookies(config),
    routes: { ...routes },
    interactions: { policy: prompts(parts), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: {
      required: (_ctx, client) =>
        client.pkce_exempt !== true ||
        client.clientAuthMethod === 'none' ||
        demandsOf(client.profile).pushedRequests,
    },
    responseTypes: ['code'],
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: subjectShown, // asked for every client: see extend() in open.ts
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
      'none',
    ],
    enabledJWA: algorithms(dynamic.profile.eddsaOnly()),
    clientDefaults: {
      id_token_signed_response_alg: dynamic.profile.eddsaOnly() ? 'EdDSA' : 'RS256',
      authorization_signed_response_alg: dynamic.profile.eddsaOnly() ? 'EdDSA' : 'RS256',
      introspection_signed_response_alg: dynamic.profile.eddsaOnly() ? 'EdDSA' : 'RS256',
      response_types: ['code'],
    },
    extraClientMetadata: { properties: [...ownProperties] },
    extraParams: {
      // Runs after the library has looked at the scope, here and at /par: the place to put right what it took away.
      screen_hint: async (ctx, value, client) => {
        await keepOfflineAccess(parts, ctx, client)
        checkScreenHint(value)
      },
    },
    extraTokenClaims: andOpaqueClaims(parts, extraTokenClaims(parts)),
    formats: { bitsOfOpaqueRandomness: 256, customizers: { jwt: andOperatorClaims(parts, addNotBefore) } },
    rotateRefreshToken: dynamic.rotates,
    revokeGrantPolicy: () => true,
    issueRefreshToken: (_ctx, client, code) => mayRefresh(parts, client, code),
    expiresWithSession: async (_ctx, token) => !token.scopes.has('offline_access'),
    allowOmittingSingleRegisteredRedirectUri: false,
    acceptQueryParamAccessTokens: false,
    enableHttpPostMethods: false,
    conformIdTokenClaims: true,
    clockTolerance: 10, // whose clock is ahead by that much is let in (FAPI 2.0 Security Profile, section 5.3.2.1)
    assertJwtClientAuthClaimsAndHeader: checkAssertion(parts),
    clientBasedCORS: (_ctx, origin, client) =>
      Array.isArray(client.cors_origins) && client.cors_origins.includes(origin),
    fetch: guardedFetch(parts),
    fetchResponseBodyLimits: { jwks_uri: longestKeySet },
    renderError: shown.renderError,
    discovery: {
      ui_locales_supported: parts.views.languages,
      service_documentation: `${config.issuer}/docs`,
      ...logoutDiscovery(config),
    },
  }
  return new Provider(config.issuer, setup)
}

type Algorithms = NonNullable<Configuration['enabledJWA']>

/** HS* would need client secrets in clear; none of what signs for us is symmetric. */
function algorithms(eddsaOnly: boolean): Algorithms {
  const ours = eddsaOnly ? (['EdDSA'] as const) : (['RS256', 'ES256', 'EdDSA'] as const)
  return {
    idTokenSigningAlgValues: [...ours],
    introspectionSigningAlgValues: [...ours],
    clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    dPoPSigningAlgValues: [...proofAlgorithms],
    ...requestAlgorithms(ours),
  }
}

type Client = NonNullable<KoaContextWithOIDC['oidc']['client']>

/** Without `offline_access` a refresh token lives as long as the browser session it is bound to. */
async function mayRefresh(parts: WithSettings, client: Client, source: RefreshSource): Promise<boolean> {
  if (source.scopes.has('offline_access')) return mayStayConnected(parts, client)
  if (source.kind === 'BackchannelAuthenticationRequest') return false // no browser's session is there to end it
  return client.grantTypeAllowed('refresh_token')
}

type RefreshSource = Parameters<NonNullable<Configuration['issueRefreshToken']>>[2]

function checkScreenHint(value: string | undefined): void {
  if (value !== undefined && value !== 'signup' && value !== 'login') {
    throw new errors.InvalidRequest('screen_hint must be signup or login')
  }
}

type TokenClaims = NonNullable<Configuration['extraTokenClaims']>

/** What RFC 9068, section 2.2, adds for a person's token, and the role for services content with a hint. */
const extraTokenClaims =
  (parts: Pick<App, 'config'>): TokenClaims =>
  (ctx, token) => {
    const { account, client, entities } = ctx.oidc
    refuseUnbound(client, token)
    if (ctx.state.tokenClaims) return ctx.state.tokenClaims // a grant of our own: grants/issue-access-token.ts
    const source =
      entities.RefreshToken ??
      entities.AuthorizationCode ??
      entities.DeviceCode ??
      entities.BackchannelAuthenticationRequest
    if (token.kind !== 'AccessToken' || !account || !source) return undefined
    return {
      sid: source.sid,
      role: isEnoughFor(parts, source.acr) ? personOf(account).role : impliedRole, // no more than identify.ts lets it do here
      acr: source.acr,
      amr: source.amr,
      auth_time: source.authTime,
      ...grantedAtUserinfo(source.claims, entities.Grant),
    }
  }

/** Access tokens have no row, so the token itself says which claims userinfo gives besides those of its scopes. */
function grantedAtUserinfo(claims: unknown, grant: Grant | undefined): { userinfo_claims?: string[] } {
  const { userinfo } = Object(claims) as { userinfo?: object } // the claims parameter, checked when it came
  const granted = grant?.getOIDCClaimsFiltered(new Set(Object.keys(userinfo ?? {}))) ?? []
  return granted.length === 0 ? {} : { userinfo_claims: granted }
}

type Customizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>

const addNotBefore: Customizer = (_ctx, _token, jwt) => {
  jwt.payload.nbf = jwt.payload.iat
}
