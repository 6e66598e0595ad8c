import { z } from 'zod'

import { ClientKeys } from './client-keys.ts'
import { originFault } from './redirect-uris.ts'

/** Grants a client may be registered for. The implicit and password grants do not exist here (RFC 9700, sections 2.1.2 and 2.4). */
export const grants = ['authorization_code', 'refresh_token', 'client_credentials'] as const

export const idTokenAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const

/** Shown to people who decide whom to trust: nothing invisible, nothing that turns the direction of writing. */
const Name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'holds invisible characters')

/** Pages and pictures we link to from our own pages. */
const HttpsUri = z
  .string()
  .max(2000)
  .refine((uri) => isNormal(uri) && uri.startsWith('https://'), { message: 'must be an https:// address' })

/** RFC 6749, appendix A.4. */
const Scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is not a scope')

/** An identifier of a protected resource: an absolute URI without fragment (RFC 8707, section 2). */
const Audience = z
  .string()
  .max(2000)
  .refine((uri) => URL.canParse(uri) && /^[\x21-\x7e]+$/.test(uri) && !uri.includes('#'), {
    message: 'must be an absolute URI without fragment',
  })

const Origin = z
  .string()
  .max(300)
  .superRefine((origin, check) => {
    const message = originFault(origin)
    if (message !== null) check.addIssue({ code: 'custom', message })
  })

const Owner = z.union([
  z.strictObject({ type: z.literal('system') }),
  z.strictObject({ type: z.enum(['organization', 'user']), id: z.string().min(1).max(100) }),
])

/** Where a client hears that somebody signed out; who is asked to call it decides whether it may be called (`logoutFaults`). */
const LogoutAddress = z.strictObject({
  uri: z.string().max(2000),
  sessionRequired: z.boolean().default(false),
})

const isNormal = (uri: string): boolean => URL.parse(uri)?.href === uri || URL.parse(uri)?.href === `${uri}/`

const Fields = z.strictObject({
  name: Name,
  owner: Owner.default({ type: 'system' }),
  applicationType: z.enum(['web', 'native']).default('web'),
  /** Checked by their own rule: `validateRedirectUris`. */
  redirectUris: z.array(z.string()).default([]),
  postLogoutRedirectUris: z.array(z.string()).default([]),
  grants: z.array(z.enum(grants)).max(grants.length).default(['authorization_code']),
  /** A secret we make, nothing (a public client), or a signature with one of these keys. */
  authentication: z
    .union([z.enum(['secret', 'none']), z.strictObject({ jwks: ClientKeys })])
    .default('secret'),
  firstParty: z.boolean().default(false),
  /** False exempts a confidential client from PKCE. */
  pkce: z.boolean().default(true),
  /** Web origins whose scripts may call the token endpoint and the JSON API. */
  corsOrigins: z.array(Origin).max(50).default([]),
  /** Everything this client may ask for; absent: no limit. */
  scopes: z.array(Scope).max(100).optional(),
  idTokenAlgorithm: z.enum(idTokenAlgorithms).default('RS256'),
  /** Absent: the setting `offline_access.default` decides. */
  offlineAccess: z.enum(['allowed', 'refused']).optional(),
  logoUri: HttpsUri.optional(),
  policyUri: HttpsUri.optional(),
  tosUri: HttpsUri.optional(),
  clientUri: HttpsUri.optional(),
  /** Resource identifiers whose tokens this client may introspect. */
  audiences: z.array(Audience).max(50).default([]),
  /** Told by us, server to server (OpenID Connect Back-Channel Logout 1.0). */
  backchannelLogout: LogoutAddress.optional(),
  /** Told through the person's browser (OpenID Connect Front-Channel Logout 1.0). */
  frontchannelLogout: LogoutAddress.optional(),
})

/** Combinations that cannot work or are not safe. */
const conflicts: readonly { field: string; applies(client: ClientInput): boolean; message: string }[] = [
  {
    field: 'pkce',
    applies: ({ pkce, authentication }) => !pkce && authentication === 'none',
    message: 'a public client cannot do without PKCE (RFC 9700, section 2.1.1)',
  },
  {
    field: 'grants',
    applies: ({ grants, authentication }) =>
      authentication === 'none' && grants.includes('client_credentials'),
    message: 'client_credentials needs a client that authenticates (RFC 6749, section 4.4)',
  },
  {
    field: 'grants',
    applies: ({ grants }) => grants.includes('refresh_token') && !grants.includes('authorization_code'),
    message: 'refresh_token needs authorization_code beside it',
  },
  {
    field: 'grants',
    applies: ({ grants, authentication }) => authentication === 'none' && grants.length === 0,
    message: 'a public client without a grant can do nothing',
  },
  {
    field: 'firstParty',
    applies: ({ firstParty, owner }) => firstParty && owner.type !== 'system',
    message: 'only a client of the system may be first-party',
  },
  {
    field: 'audiences',
    applies: ({ audiences, authentication }) => audiences.length > 0 && authentication === 'none',
    message: 'only a client that authenticates may introspect (RFC 7662, section 2.1)',
  },
]

export const NewClient = Fields.superRefine((client, check) => {
  for (const { field, applies, message } of conflicts) {
    if (applies(client)) check.addIssue({ code: 'custom', path: [field], message })
  }
})

/** What one hands in: everything but the name has a default. */
export type NewClient = z.input<typeof NewClient>

/** What is registered: defaults filled in. */
export type ClientInput = z.output<typeof Fields>
