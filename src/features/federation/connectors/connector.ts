import type { z } from 'zod'

/** Where a provider's endpoints are, and by which issuer identifier its subjects are known. */
export type Place =
  | {
      protocol: 'oidc'
      /** The issuer its metadata is found at; for a multi-tenant provider a template, see `issuerOf`. */
      discovery: string
    }
  | {
      protocol: 'oauth2'
      authorizationEndpoint: string
      tokenEndpoint: string
      /** Says who the person is, for an access token. */
      profile: ProfileRequest
      /** What it calls itself at our callback, where that is not the issuer of its subjects (RFC 9207, section 2). */
      respondsAs?: string
      /** It also issues ID tokens, which applications bring; its metadata stands at its issuer. */
      idTokens?: true
    }

/** How an OAuth 2 provider is asked for a person: it has no standard for that. */
export interface ProfileRequest {
  url: string
  /** Graph API wants HMAC-SHA256(app secret, access token) along (Facebook, Securing Graph API Calls). */
  appSecretProof?: true
  /** Tells which application an access token was issued to (Graph API, Debug Token). */
  debugUrl?: string
  /** A list of addresses, of which the primary verified one counts (GitHub, REST API, List email addresses). */
  emailsUrl?: string
}

/** How freely a provider can be asked to have the person sign in again. */
export type Freshness =
  | 'checked' // `max_age=0`, and `auth_time` must come back (OpenID Connect Core 1.0, section 3.1.2.1)
  | 'asked' // it has a parameter for it, and nothing that shows that it was followed
  | 'none'

/** What differs from provider to provider, as data. */
export interface Connector<Options extends z.ZodType = z.ZodType> {
  label: string
  /** What a provider of this kind is asked for at its creation, beside client id and secret. */
  options: Options
  /** Scopes asked for unless the provider's record says otherwise. */
  scopes: readonly string[]
  place(options: z.output<Options>): Place
  /** The issuer identifier its subjects belong to. */
  issuer(options: z.output<Options>): string
  /** How the client proves itself at the token endpoint. */
  authentication: 'client_secret_post' | 'client_secret_basic' | 'apple-jwt'
  pkce: boolean
  /** False: its ID tokens never carry one. */
  nonce: boolean
  responseMode?: 'form_post'
  freshness: Freshness
  /** Sent when the person is to sign in again. */
  reauthentication?: Readonly<Record<string, string>>
  /** Further parameters of every authorization request. */
  parameters?(options: z.output<Options>): Record<string, string>
  /** Refuses what is signed well and still none of ours (a tenant, a hosted domain). The reason, or null. */
  refuse?(options: z.output<Options>, claims: Readonly<Record<string, unknown>>): string | null
  /** Whether its word that an address is verified is taken, unless the provider's record says otherwise, and why. */
  trustEmail: boolean
  /** Claim of ours -> JSON pointer (RFC 6901) into what it says. */
  mapping: Readonly<Record<string, string>>
  /** What `docs/integrate.md` calls its section. */
  help: string
}
