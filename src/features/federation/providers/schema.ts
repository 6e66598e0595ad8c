import { z } from 'zod'

import { type ConnectorName, connectorNames } from '../connectors/connectors.ts'
import { Domain, Mapping, mappedClaims, Policy } from './provider.ts'

/** Names under /federation/ and /admin/providers/ that a provider cannot have: something else stands there, or may. */
const reservedSlugs: ReadonlySet<string> = new Set([
  ...['connectors', 'providers', 'domains', 'callback', 'backchannel-logout', 'logout', 'link', 'links'],
  ...[
    'tokens',
    'native',
    'password',
    'passkey',
    'account',
    'admin',
    'own',
    'new',
    'all',
    'none',
    'gatehouse',
  ],
])

const Slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/, 'has up to 42 small letters, digits and inner hyphens')
  .refine((slug) => !reservedSlugs.has(slug), 'is reserved')
  .meta({ description: 'Its name in URLs; stands in the callback address and never changes.' })

const Name = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'holds a character that is not shown')
  .meta({ description: 'As people read it on the button.' })

/** Client identifiers are visible ASCII (RFC 6749, appendix A.1). */
const ClientId = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x20-\x7e]+$/, 'holds a character that no client id has')

const Position = z.number().int().min(0).max(10_000)

const Secret = z
  .string()
  .min(1)
  .max(10_000)
  .meta({ description: 'Client secret; for Apple the private key (PKCS #8, PEM). Never shown again.' })

/** At most a hundred: a page of buttons is for people. */
export const mostProviders = 100

export const NewProvider = z.strictObject({
  slug: Slug,
  connector: z.enum<readonly ConnectorName[]>(connectorNames),
  name: Name,
  enabled: z.boolean().default(true),
  position: Position.default(100).meta({ description: 'Buttons stand in this order, and then by name.' }),
  client_id: ClientId,
  secret: Secret,
  options: z.record(z.string().max(100), z.unknown()).default({}).meta({
    description: 'What the connector wants to know besides: GET /admin/providers/connectors.',
  }),
  policy: Policy.prefault({}),
  mapping: Mapping.default({}),
  keep_tokens: z.boolean().default(false).meta({
    description: 'Keep the tokens it gives us, sealed, for applications that may ask for them.',
  }),
})
export type NewProvider = z.infer<typeof NewProvider>

/** Absent: stays. Options and the policy change name by name, null takes one away; a mapping is replaced as a whole. */
export const ChangeProvider = z.strictObject({
  revision: z.number().int().optional().meta({
    description:
      'Of the provider that the change was made to; another one is refused. Demanded without If-Match.',
  }),
  name: Name.optional(),
  enabled: z.boolean().optional(),
  position: Position.optional(),
  client_id: ClientId.optional(),
  secret: Secret.optional().meta({
    description: 'Demanded again where the client id, or an address that gets the secret, changes.',
  }),
  options: z.record(z.string().max(100), z.unknown()).optional(),
  policy: z
    .strictObject({
      creation: z.enum(['open', 'invitation', 'never']).optional(),
      allowed_domains: z.array(Domain).max(200).optional(),
      require_verified_email: z.boolean().optional(),
      trust_email: z.boolean().nullable().optional(),
    })
    .optional(),
  mapping: Mapping.optional(),
  keep_tokens: z.boolean().optional(),
})
export type ChangeProvider = z.infer<typeof ChangeProvider>

export const ProviderParams = z.object({ slug: z.string().max(100) })

/** A provider as an administrator sees it: that there is a secret, never which. */
export const ProviderView = z.object({
  id: z.uuid(),
  slug: z.string(),
  connector: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  position: z.number().int(),
  issuer: z.string(),
  client_id: z.string(),
  has_secret: z.boolean(),
  options: z.record(z.string(), z.unknown()),
  policy: z.object({
    creation: z.enum(['open', 'invitation', 'never']),
    allowed_domains: z.array(z.string()),
    require_verified_email: z.boolean(),
    trust_email: z.boolean().meta({ description: 'As it holds: its own, or else the connector’s.' }),
  }),
  mapping: z.record(z.string(), z.string().nullable()),
  effective_mapping: z
    .record(z.string(), z.string())
    .meta({ description: 'Its own mapping over the connector’s.' }),
  keep_tokens: z.boolean(),
  callback_url: z.string().meta({ description: 'To be registered at the provider.' }),
  backchannel_logout_url: z
    .string()
    .meta({ description: 'To be registered there too, where the provider tells of sign-outs.' }),
  revision: z.number().int(),
  created_at: z.date(),
  updated_at: z.date(),
})
export type ProviderView = z.infer<typeof ProviderView>

export const SavedView = ProviderView.extend({
  notes: z
    .array(z.string())
    .meta({ description: 'What is no fault and may become one, like a name that does not resolve.' }),
})

export const ConnectorView = z.object({
  name: z.string(),
  label: z.string(),
  protocol: z.enum(['oidc', 'oauth2']),
  options: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of what it wants to know.' }),
  scopes: z.array(z.string()),
  secret: z.enum(['client-secret', 'private-key']),
  trust_email: z.boolean(),
  mapping: z.record(z.string(), z.string()),
  callback_url: z.string().meta({ description: 'With the slug of the provider in place of {slug}.' }),
  backchannel_logout_url: z.string(),
  help: z.string().meta({ description: 'Section of docs/integrate.md.' }),
})

export const TryProvider = z.strictObject({
  claims: z
    .record(z.string().max(200), z.unknown())
    .meta({ description: 'What the provider would say, by its own names.' }),
  invited: z.boolean().default(false),
})
export type TryProvider = z.infer<typeof TryProvider>

export const Trial = z.object({
  upstream: z.object({
    ok: z.boolean(),
    issuer: z.string().nullable(),
    endpoints: z.record(z.string(), z.string()),
    reason: z.string().nullable(),
  }),
  mapped: z.partialRecord(z.enum(mappedClaims), z.union([z.string(), z.boolean()])),
  email_proven: z.boolean(),
  account: z.object({
    made: z.boolean().meta({ description: 'Whether somebody who comes for the first time gets an account.' }),
    reason: z.string().nullable().meta({ description: 'Why not.' }),
  }),
})
export type Trial = z.infer<typeof Trial>
