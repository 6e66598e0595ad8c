import { z } from 'zod'

import { attributeNames, fieldForm } from '../attributes.ts'
import { isClaimName } from '../reserved.ts'
import { tokenKinds } from '../tokens.ts'

/** Bytes of JSON. All claims of a token together are bounded by `mostBytes` (../fitting.ts). */
const longestValue = 1_024

/** RFC 6749, section 3.3 */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/

export const Scope = z.string().regex(scopeToken, 'must be a scope (RFC 6749, section 3.3)')
export const Tokens = z
  .array(z.enum(tokenKinds))
  .min(1)
  .max(tokenKinds.length)
  .transform((kinds) => [...new Set(kinds)])

const Value = z
  .unknown()
  .refine((value) => value !== null, 'must say something: leave the claim out instead')
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= longestValue,
    'must be at most 1 KiB of JSON',
  )

const Attribute = z.union(
  [z.enum(attributeNames), z.templateLiteral(['custom.', z.string().regex(fieldForm)])],
  {
    error: 'is no attribute: see the documentation, or name a field of people as custom.NAME',
  },
)

const Claim = z.string().refine(isClaimName, 'must be a name or a URI of at most 150 characters')
const Client = z.string().max(100).nullable()

const oneSource = { path: ['attribute'], message: 'name an attribute or a value, one of both' }

export const NewMapping = z
  .strictObject({
    claim: Claim,
    client_id: Client.default(null),
    scope: Scope.nullable().default(null),
    tokens: Tokens,
    attribute: Attribute.optional(),
    value: Value.optional(),
  })
  .refine(({ attribute, value }) => (attribute === undefined) !== (value === undefined), oneSource)
export type NewMapping = z.input<typeof NewMapping>

/** Absent: stays. An attribute takes the place of a value, and a value that of an attribute. */
export const ChangeMapping = z
  .strictObject({
    claim: Claim.optional(),
    client_id: Client.optional().meta({ description: 'Null: for every client.' }),
    scope: Scope.nullable().optional().meta({ description: 'Null: under no scope.' }),
    tokens: Tokens.optional(),
    attribute: Attribute.optional(),
    value: Value.optional(),
  })
  .refine(({ attribute, value }) => attribute === undefined || value === undefined, oneSource)
export type ChangeMapping = z.infer<typeof ChangeMapping>

export const MappingParams = z.object({ id: z.uuid() })

export const MappingView = z
  .object({
    id: z.uuid(),
    claim: z.string(),
    client_id: z.string().nullable(),
    scope: z.string().nullable(),
    tokens: z.array(z.enum(tokenKinds)),
    attribute: Attribute.optional(),
    value: z.unknown().optional(),
    created_at: z.date(),
  })
  .meta({ id: 'ClaimMapping' })
export type MappingView = z.infer<typeof MappingView>
