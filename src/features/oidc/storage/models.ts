/** Where a model of the provider lives. */
export type Home = 'postgres' | 'cache' | 'insert-only' | 'clients' | 'tokens'

interface Model {
  /** Stands for the name in the table; never reused for another model. */
  code: number
  home: Home
  why: string
}

/** Every model of the provider with its home. Only what may vanish at any moment is allowed into the cache. */
export const models = {
  Grant: { code: 1, home: 'postgres', why: 'proves what a person agreed to' },
  Session: { code: 2, home: 'postgres', why: 'losing it signs people out; reviving it signs them in' },
  AuthorizationCode: { code: 3, home: 'postgres', why: 'used once' },
  RefreshToken: {
    code: 4,
    home: 'postgres',
    why: 'used once; its replay must be noticed for as long as it lives',
  },
  PushedAuthorizationRequest: { code: 5, home: 'postgres', why: 'used once' },
  ReplayDetection: { code: 6, home: 'insert-only', why: 'a second insert is the replay' },
  Interaction: { code: 7, home: 'cache', why: 'half a sign-in: without it the person begins again' },
  DeviceCode: { code: 8, home: 'postgres', why: 'used once' },
  BackchannelAuthenticationRequest: { code: 9, home: 'postgres', why: 'used once' },
  InitialAccessToken: { code: 10, home: 'postgres', why: 'a right to register clients' },
  RegistrationAccessToken: { code: 11, home: 'postgres', why: 'a right to change a client' },
  PreAuthorizedCode: { code: 12, home: 'postgres', why: 'used once' },
  AccessToken: {
    code: 13,
    home: 'tokens',
    why: 'a JWT has no row, and what ends it early is a revocation; an opaque one is a row',
  },
  ClientCredentials: { code: 14, home: 'tokens', why: 'as access tokens' },
  Client: { code: 15, home: 'clients', why: 'the clients feature owns them' },
  PostedRequest: { code: 40, home: 'postgres', why: 'used once; ours, not the library’s' },
} satisfies Record<string, Model>

export type ModelName = keyof typeof models

/** @throws Error for a model this table does not know: a new version of the library must be looked at first. */
export function modelNamed(name: string): ModelName {
  if (Object.hasOwn(models, name)) return name as ModelName // just looked up
  throw new Error(`the provider asks to store an unknown model: ${name}`)
}

/** Models whose rows a request that is refused must not leave behind. */
export const issuedModels: ReadonlySet<ModelName> = new Set<ModelName>([
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PreAuthorizedCode',
  'AccessToken',
  'ClientCredentials',
])
