import type { Authentication } from './authentication.ts'

/** Security profiles that a client may be registered under, by the name in its metadata. */
export const clientProfiles = ['fapi2'] as const
export type ClientProfile = (typeof clientProfiles)[number]

/** What is demanded of a client beyond what holds for everybody. */
export interface Demands {
  /** How it may prove itself; null: by any method there is, or by none. */
  authenticationMethods: readonly string[] | null
  /** By what it, and we for it, may sign; null: by whatever is supported. */
  signatureAlgorithms: readonly string[] | null
  /** The issuer identifier, as one string, is the only audience of its assertions. */
  issuerIsAudience: boolean
  /** Authorization requests must be pushed first (RFC 9126). */
  pushedRequests: boolean
  /** Every access token is bound to a key of its. */
  senderConstrained: boolean
  /** Its DPoP proofs carry a nonce of ours (RFC 9449, section 8). */
  dpopNonce: boolean
  /** A refresh token is replaced at every use. */
  rotation: boolean
  /** Answers go to https addresses only. */
  encryptedRedirects: boolean
  /**
   * By what it signs the requests it sends to the backchannel endpoint, each of which names what both screens show; null: they
   * need be neither.
   */
  backchannelSignatures: readonly string[] | null
  /** Seconds that whatever it signs may be dated ahead, whether or not a nonce says when it was made. */
  aheadSeconds: number | null
}

const ordinary: Demands = {
  authenticationMethods: null,
  signatureAlgorithms: null,
  issuerIsAudience: false,
  pushedRequests: false,
  senderConstrained: false,
  dpopNonce: false,
  rotation: true,
  encryptedRedirects: false,
  backchannelSignatures: null,
  aheadSeconds: null,
}

/** What holds for everybody already (PKCE by S256, `iss` in answers, codes of a minute, no other grants) is not repeated. */
const profiles: Record<ClientProfile, Demands> = {
  // FAPI 2.0 Security Profile, sections 5.3.2.1, 5.3.2.2 and 5.4.1
  fapi2: {
    authenticationMethods: ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
    signatureAlgorithms: ['PS256', 'ES256', 'EdDSA', 'Ed25519'],
    issuerIsAudience: true,
    pushedRequests: true,
    senderConstrained: true,
    dpopNonce: true, // it may be used, says point 10; then no proof can be made ahead of time
    rotation: false,
    encryptedRedirects: true,
    // FAPI-CIBA Profile, section 5.2.2, points 2 and 6; FAPI 1.0 Part 2, section 8.6. Nobody but them is asked here: no push, and
    // confidential clients only.
    backchannelSignatures: ['ES256', 'PS256'],
    aheadSeconds: 60,
  },
}

/** What a client's profile demands; `profile` is what stands in its metadata. */
export const demandsOf = (profile: unknown): Demands => (isProfile(profile) ? profiles[profile] : ordinary)

const isProfile = (value: unknown): value is ClientProfile =>
  (clientProfiles as readonly unknown[]).includes(value) // wider, to ask with any value

/** Whether every access token of a client must be bound to a key, by its registration or its profile. */
export const mustBind = ({ profile, ...metadata }: BoundMetadata): boolean =>
  metadata.dpop_bound_access_tokens === true ||
  metadata.tls_client_certificate_bound_access_tokens === true ||
  demandsOf(profile).senderConstrained

interface BoundMetadata {
  profile?: unknown
  dpop_bound_access_tokens?: unknown
  tls_client_certificate_bound_access_tokens?: unknown
}

/** Of a registration, what a profile bears on. */
interface Registration {
  profile?: ClientProfile | undefined
  authentication: Authentication
  idTokenAlgorithm?: string | undefined
  redirectUris: readonly string[]
  pkce: boolean
  backchannelRequestAlgorithm?: string | undefined
}

interface Conflict {
  field: string
  applies(client: Registration): boolean
  message: string
}

/** Registrations that a profile rules out. */
export const profileConflicts: readonly Conflict[] = [
  {
    field: 'authentication',
    applies: ({ profile, authentication }) =>
      demandsOf(profile).authenticationMethods !== null && typeof authentication === 'string',
    message:
      'must be a signed assertion or a certificate under this profile (FAPI 2.0 Security Profile, section 5.3.2.1)',
  },
  {
    field: 'authentication',
    applies: ({ profile, authentication }) => {
      const { signatureAlgorithms: allowed } = demandsOf(profile)
      if (allowed === null || typeof authentication === 'string' || !('jwks' in authentication)) return false
      return authentication.jwks.keys.some(({ alg }) => alg !== undefined && !allowed.includes(alg))
    },
    message: 'has a key for an algorithm other than PS256, ES256 and EdDSA (FAPI 2.0, section 5.4.1)',
  },
  {
    field: 'authentication',
    applies: ({ profile, authentication }) =>
      demandsOf(profile).encryptedRedirects &&
      typeof authentication !== 'string' &&
      'jwksUri' in authentication &&
      !authentication.jwksUri.startsWith('https:'),
    message: 'must publish its keys at an https:// address (FAPI 2.0, section 5.4.2)',
  },
  {
    field: 'idTokenAlgorithm',
    applies: ({ profile, idTokenAlgorithm: asked }) =>
      asked !== undefined && demandsOf(profile).signatureAlgorithms?.includes(asked) === false,
    message: 'must be ES256 or EdDSA under this profile (FAPI 2.0, section 5.4.1)',
  },
  {
    field: 'backchannelRequestAlgorithm',
    applies: ({ profile, backchannelRequestAlgorithm: asked }) =>
      asked !== undefined && demandsOf(profile).backchannelSignatures?.includes(asked) === false,
    message: 'must be PS256 or ES256 under this profile (FAPI-CIBA, section 5.2.2)',
  },
  {
    field: 'redirectUris',
    applies: ({ profile, redirectUris }) =>
      demandsOf(profile).encryptedRedirects && redirectUris.some((uri) => !uri.startsWith('https:')),
    message: 'must all begin with https:// under this profile (FAPI 2.0, section 5.3.2.2)',
  },
  {
    field: 'pkce',
    applies: ({ profile, pkce }) => !pkce && demandsOf(profile).pushedRequests,
    message: 'cannot be left out under this profile (FAPI 2.0, section 5.3.2.2)',
  },
]
