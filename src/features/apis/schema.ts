import { z } from 'zod'

import { signingAlgorithms } from '../../platform/crypto/index.ts'
import { audiences, tokenFormats } from './api.ts'
import { DetailType } from './details/schema.ts'
import { LocalText, ShownText } from './local-text.ts'

/** An absolute URI without fragment (RFC 8707, section 2). */
const Identifier = z
  .string()
  .max(500)
  .refine((uri) => URL.canParse(uri) && /^[\x21-\x7e]+$/.test(uri) && !uri.includes('#'), {
    message: 'must be an absolute URI without fragment',
  })
  .meta({ description: 'What clients name as `resource`, and the `aud` of its tokens. Never changes.' })

/** They mean the same everywhere, and are never an API's (OpenID Connect Core 1.0, sections 5.4 and 11). */
const identityScopes: ReadonlySet<string> = new Set([
  ...['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
])

/** RFC 6749, appendix A.4. */
const ScopeName = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is not a scope')
  .refine((name) => !identityScopes.has(name), 'is a scope about a person')

const Scope = z.strictObject({
  name: ScopeName,
  description: LocalText.meta({ description: 'What it lets a client do, as people read it, by language.' }),
})

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length

const Scopes = z
  .array(Scope)
  .max(50)
  .refine((scopes) => isUnique(scopes.map(({ name }) => name)), 'names a scope twice')

const Listed = z.strictObject({
  client_id: z.string().min(1).max(100),
  scopes: z.array(ScopeName).max(50).nullable().default(null).meta({ description: 'Null: all of the API.' }),
})

const Clients = z
  .array(Listed)
  .max(200)
  .refine((clients) => isUnique(clients.map(({ client_id }) => client_id)), 'names a client twice')

const DetailTypes = z
  .array(DetailType)
  .max(20)
  .refine((types) => isUnique(types.map(({ type }) => type)), 'names a type twice')

const Format = z.enum(tokenFormats)
const Algorithm = z.enum(signingAlgorithms)

/** Seconds. What revokes tokens is kept for an hour, so none may live longer. */
const Lifetime = z.number().int().min(60).max(3600)

const OpenTo = z.enum(audiences).meta({
  description:
    'Whose clients may ask besides those listed: nobody’s, our own, or everybody’s, these only with a person’s consent.',
})

export const mostApis = 200

export const NewApi = z.strictObject({
  identifier: Identifier,
  name: ShownText.max(100),
  token_format: Format.default('jwt'),
  signing_algorithm: Algorithm.default('ES256'),
  access_token_seconds: Lifetime.default(300),
  open_to: OpenTo.default('first-party'),
  scopes: Scopes.default([]),
  authorization_details_types: DetailTypes.default([]),
  clients: Clients.default([]),
})
export type NewApi = z.infer<typeof NewApi>

/** Absent: stays. Lists are replaced as a whole. */
export const ChangeApi = z.strictObject({
  revision: z.number().int().optional().meta({
    description: 'Of the API that the change was made to; another is refused. Demanded without If-Match.',
  }),
  name: ShownText.max(100).optional(),
  token_format: Format.optional(),
  signing_algorithm: Algorithm.optional(),
  access_token_seconds: Lifetime.optional(),
  open_to: OpenTo.optional(),
  scopes: Scopes.optional(),
  authorization_details_types: DetailTypes.optional(),
  clients: Clients.optional(),
})
export type ChangeApi = z.infer<typeof ChangeApi>

export const ApiParams = z.object({ id: z.uuid() })

export const ApiView = z.object({
  id: z.uuid(),
  identifier: z.string(),
  name: z.string(),
  owner: z.object({ type: z.string(), id: z.string().nullable() }),
  token_format: Format,
  signing_algorithm: Algorithm,
  access_token_seconds: z.number().int(),
  open_to: z.enum(audiences),
  scopes: z.array(z.object({ name: z.string(), description: z.record(z.string(), z.string()) })),
  authorization_details_types: z.array(z.record(z.string(), z.unknown())),
  clients: z.array(z.object({ client_id: z.string(), scopes: z.array(z.string()).nullable() })),
  revision: z.number().int(),
  created_at: z.date(),
  updated_at: z.date(),
})
export type ApiView = z.infer<typeof ApiView>
