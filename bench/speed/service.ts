/** Both services answer here. */
export const paths = {
  authorize: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  introspect: '/introspect',
  discovery: '/.well-known/openid-configuration',
  jwks: '/.well-known/jwks.json',
} as const

/** Where both send codes; nobody serves it. */
export const redirectUri = 'http://localhost:9/callback'

export interface Client {
  id: string
  secret: string
}

/** As long as ours are. */
const named = (name: string): Client => ({
  id: `${name}-${'0'.repeat(20)}`,
  secret: `${name}-${'s'.repeat(40)}`,
})

/**
 * Clients of the library: the first gets access tokens that are JWTs, the other opaque ones, since the library takes no
 * others at its userinfo and introspection endpoints.
 */
export const libraryClients: readonly [Client, Client] = [named('jwt'), named('opaque')]

/** A service as the load program sees it. */
export interface Service {
  /** Its issuer. */
  origin: string
  /** What is asked for at a sign-in. */
  scope: string
  /** Whose access tokens are JWTs. */
  client: Client
  /** Whose access tokens are taken at userinfo and introspection. */
  askingClient: Client
  personOf(n: number): { login: string; password: string }
}
