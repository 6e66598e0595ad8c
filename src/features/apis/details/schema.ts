import { z } from 'zod'

import { LocalText, ShownText } from '../local-text.ts'

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'has up to 64 letters, digits and underscores')
    .refine((name) => name !== 'type', 'is taken'),
  label: LocalText,
  required: z.boolean().default(false),
}

const Value = ShownText.max(100)

const options = z
  .array(z.strictObject({ value: Value, label: LocalText.optional() }))
  .min(1)
  .max(30)
  .refine((all) => isUnique(all.map(({ value }) => value)), 'names a value twice')

/** Fields an authorization detail may have: few kinds, each of which can be checked and shown completely. */
export const DetailField = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    ...common,
    max_length: z.number().int().min(1).max(500).default(200),
  }),
  z.strictObject({
    kind: z.literal('number'),
    ...common,
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('boolean'), ...common }),
  z.strictObject({ kind: z.literal('date'), ...common }),
  z.strictObject({ kind: z.literal('amount'), ...common }),
  z.strictObject({ kind: z.literal('choice'), ...common, options }),
  z.strictObject({ kind: z.literal('choices'), ...common, options }),
  z.strictObject({ kind: z.literal('locations'), ...common }),
])
export type DetailField = z.infer<typeof DetailField>

/** The kind that a field of this name must have (RFC 9396, section 2.2). */
const commonFields: Readonly<Record<string, DetailField['kind']>> = {
  locations: 'locations',
  actions: 'choices',
  datatypes: 'choices',
  privileges: 'choices',
  identifier: 'text',
}

/** A kind of authorization detail that an API understands (RFC 9396, section 2). */
export const DetailType = z
  .strictObject({
    type: z
      .string()
      .regex(
        /^[A-Za-z][\x21\x23-\x5b\x5d-\x7e]{0,99}$/,
        'has up to 100 visible characters and begins with a letter',
      ),
    title: LocalText,
    summary: LocalText.optional().meta({
      description: 'One sentence above the fields; {field} stands for the value of a required field.',
    }),
    fields: z
      .array(DetailField)
      .min(1)
      .max(20)
      .refine((fields) => isUnique(fields.map(({ name }) => name)), 'names a field twice'),
  })
  .superRefine((type, check) => {
    for (const [index, field] of type.fields.entries()) {
      const message = faultOfKind(field)
      if (message !== null) check.addIssue({ code: 'custom', path: ['fields', index, 'kind'], message })
    }
    const missing = placeholdersIn(type.summary ?? {}).filter((name) => !isRequired(type.fields, name))
    if (missing.length > 0)
      check.addIssue({
        code: 'custom',
        path: ['summary'],
        message: `${missing.join(', ')} is no required field that has a text`,
      })
  })
export type DetailType = z.infer<typeof DetailType>

function faultOfKind({ name, kind }: DetailField): string | null {
  const kindOfName = new Map(Object.entries(commonFields)).get(name)
  if (kindOfName !== undefined && kindOfName !== kind)
    return `of ${name} must be ${kindOfName} (RFC 9396, section 2.2)`
  return kind === 'locations' && name !== 'locations' ? 'is for a field called locations' : null
}

export const placeholder = /\{([A-Za-z][A-Za-z0-9_]*)\}/g

const placeholdersIn = (summary: LocalText): string[] =>
  Object.values(summary).flatMap((text) => [...text.matchAll(placeholder)].map(([, name = '']) => name))

const isRequired = (fields: readonly DetailField[], name: string): boolean =>
  fields.some((field) => field.name === name && field.required && field.kind !== 'boolean')

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length
