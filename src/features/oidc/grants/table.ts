/** What a grant may hand out (RFC 6749, sections 4 and 5; OpenID Connect Core 1.0, section 3.1.3.3). */
type Issued = 'access_token' | 'refresh_token' | 'id_token'

/** Who must be let in before anything is issued: a disabled client, a disabled person, a session that has ended. */
export type Asked = 'client' | 'person' | 'session'

export interface Grant {
  /** As it is asked for in `grant_type`; null where only this process knows the name. */
  name: string | null
  /** Who reads the request: the library, or one of the files beside this table. */
  readBy: 'library' | 'us'
  issues: readonly Issued[]
  to: string
  asks: readonly Asked[]
  /** Where admission is asked. */
  askedIn: string
}

const byTheLibrary =
  'storage/adapter.ts (the client), account.ts (the person, and the session named by `sid`)'
const byTheWrapper = 'grants/register-grant.ts, before the grant may issue'

/**
 * Every grant the token endpoint takes. What the library reads asks admission where it looks for the client and the person;
 * what we read is registered in one place, which asks before it lets anything be issued. Both are proved by
 * test/oidc/grants, which goes through this table.
 */
export const grants = {
  authorizationCode: {
    name: 'authorization_code',
    readBy: 'library',
    issues: ['access_token', 'refresh_token', 'id_token'],
    to: 'the client that the person was sent back to',
    asks: ['client', 'person', 'session'],
    askedIn: byTheLibrary,
  },
  refreshToken: {
    name: 'refresh_token',
    readBy: 'library',
    issues: ['access_token', 'refresh_token', 'id_token'],
    to: 'the client that holds the refresh token',
    asks: ['client', 'person', 'session'],
    askedIn: byTheLibrary,
  },
  clientCredentials: {
    name: 'client_credentials',
    readBy: 'library',
    issues: ['access_token'],
    to: 'a client that acts for itself; no person is in it',
    asks: ['client'],
    askedIn: 'storage/adapter.ts',
  },
  deviceCode: {
    name: 'urn:ietf:params:oauth:grant-type:device_code',
    readBy: 'library',
    issues: ['access_token', 'refresh_token', 'id_token'],
    to: 'a device without a browser, once the person has said yes in one',
    asks: ['client', 'person', 'session'],
    askedIn: byTheLibrary,
  },
  ciba: {
    name: 'urn:openid:params:grant-type:ciba',
    readBy: 'library',
    issues: ['access_token', 'refresh_token', 'id_token'],
    to: 'a client that asked for somebody who has said yes in their account; it begins the session',
    asks: ['client', 'person'],
    askedIn: byTheLibrary,
  },
  native: {
    name: null,
    readBy: 'us',
    issues: ['access_token', 'refresh_token', 'id_token'],
    to: 'an application of our own, for who has just signed in there; it begins the session',
    asks: ['client', 'person'],
    askedIn: byTheWrapper,
  },
  tokenExchange: {
    name: 'urn:ietf:params:oauth:grant-type:token-exchange',
    readBy: 'us',
    issues: ['access_token'],
    to: 'a service that holds a token of the person, for the next one it calls',
    asks: ['client', 'person', 'session'],
    askedIn: byTheWrapper,
  },
  jwtBearer: {
    name: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    readBy: 'us',
    issues: ['access_token'],
    to: 'a client that brings the word of a trusted issuer; the person is in no session',
    asks: ['client', 'person'],
    askedIn: byTheWrapper,
  },
} as const satisfies Record<string, Grant>

export type GrantId = keyof typeof grants
