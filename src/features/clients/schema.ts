import { z } from 'zod'

import { Authentication } from './authentication.ts'
import { clientProfiles, profileConflicts } from './profiles.ts'
import { originFault } from './redirect-uris.ts'
import { requestObjectAlgorithms } from './requests/algorithms.ts'
import { keysElsewhere, keysOf, requestConflicts, requestFields } from './requests/fields.ts'
import { cibaGrant, demandedAlgorithm, signsBy } from './requests/signed-asking.ts'

/** Grants a client may be registered for. The implicit and password grants do not exist here (RFC 9700, sections 2.1.2 and 2.4). */
export const grants = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
] as const

/** Of devices without a browser, or without a keyboard (RFC 8628, section 3.4). */
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code' satisfies (typeof grants)[number]

/** `device_code` is what people call the grant with the long name. */
const Grant = z
  .enum([...grants, 'device_code'])
  .transform((grant) => (grant === 'device_code' ? deviceGrant : grant))

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

/** Tokens of the client's own, of another client, or for an audience, whichever client they were issued to. */
const ExchangeSource = z.union([z.literal('self'), z.string().regex(/^gh_[\w-]{22}$/), Audience])

const Origin = z
  .string()
  .max(300)
  .superRefine((origin, check) => {
    const message = originFault(origin)
    if (message !== null) check.addIssue({ code: 'custom', message })
  })

const Owner = z.union([
  z.strictObject({ type: z.literal('system') }),
  /** It registered itself: nobody here vouches for it. */
  z.strictObject({ type: z.literal('self') }),
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
  grants: z.array(Grant).max(grants.length).default(['authorization_code']),
  authentication: Authentication.default('secret'),
  /** Where it says that it sends its secret; either is taken (RFC 6749, section 2.3.1). */
  secretIn: z.enum(['header', 'body']).default('header'),
  /** From when on it is refused. */
  expiresAt: z.date().optional(),
  firstParty: z.boolean().default(false),
  /** False exempts a confidential client from PKCE. */
  pkce: z.boolean().default(true),
  /** Web origins whose scripts may call the token endpoint and the JSON API. */
  corsOrigins: z.array(Origin).max(50).default([]),
  /** Everything this client may ask for; absent: no limit. */
  scopes: z.array(Scope).max(100).optional(),
  /** Absent: what the profile demands, else RS256 (OpenID Connect Dynamic Client Registration 1.0, section 2). */
  idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
  /** Absent: the setting `offline_access.default` decides. */
  offlineAccess: z.enum(['allowed', 'refused']).optional(),
  logoUri: HttpsUri.optional(),
  policyUri: HttpsUri.optional(),
  tosUri: HttpsUri.optional(),
  clientUri: HttpsUri.optional(),
  /** Resource identifiers whose tokens this client may introspect. */
  audiences: z.array(Audience).max(50).default([]),
  /** What every access token is bound to; absent: what the profile demands, else a key where the client proves one. */
  senderConstraint: z.enum(['dpop', 'certificate']).optional(),
  profile: z.enum(clientProfiles).optional(),
  ...requestFields,
  /** Types of authorization details it may ask for (RFC 9396, section 10). */
  authorizationDetailsTypes: z
    .array(z.string().regex(/^[A-Za-z][\x21\x23-\x5b\x5d-\x7e]{0,99}$/))
    .max(50)
    .default([]),
  /** Signs introspection answers to it (RFC 9701, section 6). Absent: RS256. */
  introspectionAlgorithm: z.enum(idTokenAlgorithms).optional(),
  /** Whose tokens it may exchange: `self`, clients, audiences (RFC 8693). Nothing by default. */
  exchangeFrom: z.array(ExchangeSource).max(50).default([]),
  /** Audiences it may exchange them for. */
  exchangeTo: z.array(Audience).max(50).default([]),
  /** Whether tokens it exchanges may leave out that it acts; otherwise they always say so in `act`. */
  exchangeImpersonation: z.boolean().default(false),
  /** How a client of the grant `ciba` gets its tokens: it asks again and again, or is told when to. Absent: it asks. */
  cibaDelivery: z.enum(['poll', 'ping']).optional(),
  /** Where it is told. Judged as outbound calls are, when it is registered and at each call. */
  cibaNotificationEndpoint: HttpsUri.optional(),
  /** The one algorithm of its signed authentication requests (CIBA Core 1.0, section 4). Absent: what the profile demands, else any. */
  backchannelRequestAlgorithm: z.enum(requestObjectAlgorithms).optional(),
  /** Told by us, server to server (OpenID Connect Back-Channel Logout 1.0). */
  backchannelLogout: LogoutAddress.optional(),
  /** Told through the person's browser (OpenID Connect Front-Channel Logout 1.0). */
  frontchannelLogout: LogoutAddress.optional(),
})

const forConfidential: ReadonlySet<string> = new Set([
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
])

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
    applies: ({ grants }) =>
      grants.includes('refresh_token') &&
      !grants.includes('authorization_code') &&
      !grants.includes(deviceGrant) &&
      !grants.includes(cibaGrant),
    message: 'refresh_token needs authorization_code, device_code or ciba beside it',
  },
  {
    field: 'grants',
    applies: ({ grants, authentication }) => authentication === 'none' && grants.includes(cibaGrant),
    message: 'ciba needs a client that authenticates (CIBA Core 1.0, section 4)',
  },
  {
    field: 'cibaDelivery',
    applies: ({ grants, cibaDelivery }) => cibaDelivery !== undefined && !grants.includes(cibaGrant),
    message: 'is for a client of the grant ciba',
  },
  {
    field: 'backchannelRequestAlgorithm',
    applies: ({ grants, backchannelRequestAlgorithm: asked }) =>
      asked !== undefined && !grants.includes(cibaGrant),
    message: 'is for a client of the grant ciba',
  },
  {
    field: 'backchannelRequestAlgorithm',
    applies: (client) => {
      const keys = keysOf(client)
      const algorithm = client.backchannelRequestAlgorithm ?? demandedAlgorithm({ ...client, keys })
      if (algorithm === undefined || keysElsewhere(client)) return false
      return keys === undefined || !signsBy(keys, algorithm)
    },
    message:
      'needs a public key that signed authentication requests are checked with (CIBA Core 1.0, section 7.1.1)',
  },
  {
    field: 'cibaNotificationEndpoint',
    applies: ({ cibaDelivery, cibaNotificationEndpoint }) =>
      (cibaDelivery === 'ping') !== (cibaNotificationEndpoint !== undefined),
    message: 'belongs to the delivery ping, which needs it (CIBA Core 1.0, section 4)',
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
  ...requestConflicts,
  {
    field: 'grants',
    applies: ({ grants, authentication }) =>
      authentication === 'none' && grants.some((grant) => forConfidential.has(grant)),
    message: 'token exchange and assertions need a client that authenticates (RFC 8693, section 5)',
  },
  {
    field: 'exchangeTo',
    applies: ({ grants, exchangeFrom, exchangeTo, exchangeImpersonation }) =>
      !grants.includes('urn:ietf:params:oauth:grant-type:token-exchange') &&
      (exchangeFrom.length > 0 || exchangeTo.length > 0 || exchangeImpersonation),
    message: 'what may be exchanged says nothing without the grant of token exchange',
  },
]

export const NewClient = Fields.superRefine((client, check) => {
  for (const { field, applies, message } of [...conflicts, ...profileConflicts]) {
    if (applies(client)) check.addIssue({ code: 'custom', path: [field], message })
  }
})

/** What one hands in: everything but the name has a default. */
export type NewClient = z.input<typeof NewClient>

/** What is registered: defaults filled in. */
export type ClientInput = z.output<typeof Fields>
