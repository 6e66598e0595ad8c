import { z } from 'zod'

/** As much of JSON Schema 2020-12 as our own document uses. */
export interface Schema {
  $ref?: string | undefined
  type?: string | string[] | undefined
  format?: string | undefined
  description?: string | undefined
  enum?: unknown[] | undefined
  const?: unknown
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  items?: Schema | undefined
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  allOf?: Schema[] | undefined
  minLength?: number | undefined
  maxLength?: number | undefined
  minimum?: number | undefined
  maximum?: number | undefined
  maxItems?: number | undefined
  pattern?: string | undefined
  default?: unknown
}

const schema = z.custom<Schema>((value) => typeof value === 'object' && value !== null)
const content = z.record(
  z.string(),
  z.looseObject({ schema: schema.optional(), example: z.unknown().optional() }),
)

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().default(''),
  tags: z.array(z.string()).default([]),
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        description: z.string().optional(),
        schema: schema.default({}),
      }),
    )
    .default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content: content.optional() })),
})

/** Our own OpenAPI document, as far as the reference shows it. */
export const ApiDocument = z.looseObject({
  servers: z.array(z.looseObject({ url: z.string() })).min(1),
  tags: z.array(z.looseObject({ name: z.string(), description: z.string().optional() })).default([]),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema).default({}) }),
})

export type ApiDocument = z.infer<typeof ApiDocument>
export type Operation = z.infer<typeof operation>
