/** What a test says to the upstream providers, and what they say back. */

/** Providers with an ID token, each an issuer with keys of its own. */
export type OpenIdName = 'google' | 'microsoft' | 'apple' | 'linkedin' | 'oidc' | 'other'
export type UpstreamName = OpenIdName | 'facebook' | 'github' | 'oauth2'

export interface UpstreamPerson {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
  given_name?: string
  family_name?: string
  picture?: string
  hd?: string
  tid?: string
  locale?: string
}

export type Lie =
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'wrong-nonce'
  | 'no-nonce'
  | 'bad-signature' // signed by a key that is not the provider's, under the key id of one that is
  | 'unsigned' // alg none
  | 'hs256-with-public-key'
  | 'expired'
  | 'no-sub'
  | 'null-sub'
  | 'empty-sub'
  | 'number-sub'
  | 'literal-null-sub' // the text "null"
  | 'long-sub' // 10 KB
  | 'big-answer' // 5 MB from the token endpoint
  | 'big-userinfo'
  | 'slow' // 10 s, every request but the browser's
  | 'down' // the socket is destroyed, every request but the browser's
  | 'redirect-to-loopback' // the token endpoint answers 302 to http://127.0.0.1:1/
  | 'html-answer'
  | 'error-500'
  | 'broken-json' // JSON by its type, cut off in the middle of a token
  | 'html-error' // the callback has an error with <script> in its description
  | 'access-denied'
  | 'wrong-iss-parameter' // the callback names another authorization server (RFC 9207)
  | 'foreign-userinfo-sub'
  | 'unverified-email'
  | 'no-email'
  | 'discovery-wrong-issuer'
  | 'discovery-inside' // the token endpoint is one inside the network of whoever reads this
  | 'discovery-script' // the authorization endpoint is a script
  | 'stale-auth-time' // the person was not asked again: they signed in five minutes ago
  | 'no-auth-time'
  | 'other-tenant' // microsoft: a personal account for one of an organization, and the other way round
  | 'tenant-of-another-issuer'
  | 'no-tenant'
  | 'email-list-unverified' // github

/** Where a lie of the back channel can be told. */
export type Endpoint = 'discovery' | 'jwks' | 'token' | 'userinfo' | 'debug'

/** A request that a provider got. */
export interface Seen {
  method: string
  /** Below the provider: `/token`, `/v23.0/me`. */
  path: string
  endpoint: Endpoint | 'authorize' | 'page'
  query: Record<string, string>
  body: Record<string, string>
  headers: Record<string, string>
}

/** What a client of the Apple-like provider needs to sign its client secret. */
export interface AppleKey {
  teamId: string
  keyId: string
  clientId: string
  /** PKCS #8, P-256. */
  privateKey: string
}

export interface Upstream {
  /** Each is an issuer of its own with its own signing keys (RS256); for microsoft the one of `common`. */
  issuer(name: OpenIdName): string
  /** The Facebook-like dialog, token endpoint and Graph, and the issuer of Limited Login. */
  facebook: string
  github: string
  /** Generic OAuth 2: /authorize, /token, /userinfo. */
  oauth2: string
  /** Registered at each of them for any redirect URI on http://localhost. */
  client: { id: string; secret: string }
  apple: AppleKey
  /** Who signs in next; a browser that already has a session at the provider stays who it is. */
  person(provider: UpstreamName, person: UpstreamPerson): Promise<void>
  /** The next answers of that provider lie until `honest()`; `at` narrows a lie of the back channel to one endpoint. */
  lie(provider: UpstreamName, lie: Lie, at?: Endpoint): Promise<void>
  honest(provider: UpstreamName): Promise<void>
  /** The requests it got since the start, oldest first. */
  seen(provider: UpstreamName): Promise<Seen[]>
  /** A native ID token as the provider's SDK in an app would get it; an undefined claim is left out. */
  idToken(
    provider: OpenIdName | 'facebook',
    person: UpstreamPerson,
    claims?: Record<string, unknown>,
  ): Promise<string>
  /** A native access token; `app` is another app than the registered one. */
  accessToken(provider: 'facebook', person: UpstreamPerson, app?: string): Promise<string>
  /** A logout token (OpenID Connect Back-Channel Logout 1.0); claims override members, undefined removes them. */
  logoutToken(provider: OpenIdName, claims: Record<string, unknown>): Promise<string>
  /** The `sid` in the last ID token of this person. */
  sidOf(provider: OpenIdName, sub: string): Promise<string | undefined>
  close(): Promise<void>
}

/** What goes over the channel between the test and the process of the providers. */
export type Controls = Pick<
  Upstream,
  'person' | 'lie' | 'honest' | 'seen' | 'idToken' | 'accessToken' | 'logoutToken' | 'sidOf'
>

export interface Command {
  id: number
  name: keyof Controls
  args: unknown[]
}

export type Reply = { id: number; value: unknown } | { id: number; error: string }

/** The first message of the process. */
export type Ready = Pick<Upstream, 'client' | 'apple'> & { origin: string }
