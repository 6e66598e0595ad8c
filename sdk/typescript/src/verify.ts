import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'

import { discovery } from './discovery.ts'
import { basic, type Fetch } from './http.ts'

/** What an access token says (RFC 9068, section 2.2). */
export interface AccessToken {
  subject: string
  clientId: string
  scopes: ReadonlySet<string>
  expiresAt: Date
  claims: JWTPayload
}

/** Why a token is not taken; `status` and `challenge` are what to answer (RFC 6750, section 3). */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly code: 'missing' | 'invalid_token' | 'insufficient_scope' | 'unavailable'
  readonly status: number
  /** For `WWW-Authenticate`; none with 503. */
  readonly challenge: string | null

  constructor(code: TokenRefused['code'], options: { scope?: string; cause?: unknown } = {}) {
    super(told[code].message, { cause: options.cause })
    this.code = code
    this.status = told[code].status
    this.challenge = challengeOf(code, options.scope)
  }
}

const told = {
  missing: { status: 401, message: 'There is no access token.' },
  invalid_token: { status: 401, message: 'The access token is not good, or not any more.' },
  insufficient_scope: { status: 403, message: 'The access token is not good for that.' },
  unavailable: { status: 503, message: 'The access token cannot be checked at the moment.' },
} as const

function challengeOf(code: TokenRefused['code'], scope: string | undefined): string | null {
  if (code === 'unavailable') return null
  if (code === 'missing') return 'Bearer'
  return `Bearer error="${code}"${scope === undefined ? '' : `, scope="${scope}"`}`
}

export interface VerifierOptions {
  issuer: string
  /** The identifier of your API, as it is registered. */
  audience: string | string[]
  /** Signatures that are taken; all of Gatehouse's unless given. */
  algorithms?: string[]
  /** How far clocks may be apart; 5 seconds unless given. */
  clockToleranceSeconds?: number
  /** How long keys are used before they are fetched again; 600 seconds unless given. */
  keysMaxAgeSeconds?: number
  /** How seldom an unknown key makes them be fetched; 30 seconds unless given, so that made-up keys cause no flood. */
  cooldownSeconds?: number
  /** Who asks `/introspect` for tokens that must be known to be alive at this moment: the client of your API. */
  introspection?: { clientId: string; clientSecret: string }
  fetch?: Fetch
  /** Milliseconds since 1970. */
  now?: () => number
}

export interface VerifyOptions {
  /** All of these must be granted. */
  scopes?: readonly string[]
  /** Ask whether the token was ended since it was made: a request of its own for each call. */
  alive?: boolean
}

export interface Verifier {
  /** @throws TokenRefused */
  verifyAccessToken(token: string, options?: VerifyOptions): Promise<AccessToken>
}

const signatures = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']

/** Checks access tokens as RFC 9068, section 4, says, by the published keys of the issuer. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, introspection, fetch = globalThis.fetch, now = Date.now } = options
  const discover = discovery(issuer, fetch)
  let keys: JWTVerifyGetKey | undefined
  const keysOf = async () => (keys ??= remoteKeys((await discover()).jwks_uri, options, fetch))

  const ask = async (token: string): Promise<boolean> => {
    if (!introspection) throw new Error('`introspection` says who asks whether a token is alive')
    const { introspection_endpoint: endpoint } = await discover()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basic(introspection.clientId, introspection.clientSecret),
    }
    const body = new URLSearchParams({ token }).toString()
    const reply = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'error' })
    if (!reply.ok)
      throw new TokenRefused('unavailable', { cause: new Error(`introspection answered ${reply.status}`) })
    return ((await reply.json()) as { active?: unknown }).active === true
  }

  return {
    async verifyAccessToken(token, { scopes = [], alive = false } = {}) {
      const claims = await refusing(async () => {
        const { payload } = await jwtVerify(token, await keysOf(), {
          ...{ issuer, audience: options.audience, typ: 'at+jwt' },
          algorithms: options.algorithms ?? signatures,
          clockTolerance: options.clockToleranceSeconds ?? 5,
          requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
          currentDate: new Date(now()),
        })
        return payload
      })
      // Bound to a key that its sender must prove (RFC 9449, RFC 8705): as a mere bearer token it is stolen goods.
      if (claims.cnf !== undefined) throw new TokenRefused('invalid_token')
      const granted = toAccessToken(claims)
      if (scopes.some((scope) => !granted.scopes.has(scope)))
        throw new TokenRefused('insufficient_scope', { scope: scopes.join(' ') })
      if (alive && !(await refusing(() => ask(token)))) throw new TokenRefused('invalid_token')
      return granted
    },
  }
}

function remoteKeys(address: string, options: VerifierOptions, fetch: Fetch): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(address), {
    cooldownDuration: (options.cooldownSeconds ?? 30) * 1000,
    cacheMaxAge: (options.keysMaxAgeSeconds ?? 600) * 1000,
    [customFetch]: (url, init) => fetch(url, init),
  })
}

/** A token that is not good is one thing, and keys that cannot be had another. */
async function refusing<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof TokenRefused) throw error
    const bad =
      error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && !isFetching(error)
    throw new TokenRefused(bad ? 'invalid_token' : 'unavailable', { cause: error })
  }
}

/** jose has no class of its own for an answer of the key set that is not 200. */
const isFetching = (error: errors.JOSEError): boolean => error.code === 'ERR_JOSE_GENERIC'

const toAccessToken = (claims: JWTPayload): AccessToken => ({
  subject: claims.sub ?? '',
  clientId: String(claims.client_id),
  scopes: new Set(typeof claims.scope === 'string' ? claims.scope.split(' ') : []),
  expiresAt: new Date((claims.exp ?? 0) * 1000),
  claims,
})
