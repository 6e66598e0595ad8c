import { z } from 'zod'

const who = z.enum(['user', 'administrator'])

/** A field about people that an operator has beside those of OpenID Connect. */
const CustomField = z
  .strictObject({
    type: z.enum(['string', 'number', 'boolean', 'date', 'enum']),
    /** Nobody is made, and nothing saved, without it. */
    required: z.boolean().default(false),
    /** Characters of a string. */
    maxLength: z.number().int().min(1).max(2_000).default(200),
    /** What an enum may be. */
    values: z.array(z.string().min(1).max(100)).max(200).default([]),
    /** `user`: they see it themselves. */
    read: who.default('administrator'),
    /** `user`: they may set it themselves, and so see it. */
    write: who.default('administrator'),
  })
  .refine(({ type, values }) => (type === 'enum') === values.length > 0, {
    message: 'an enum has values, and nothing else has',
    path: ['values'],
  })
  .refine(({ read, write }) => write === 'administrator' || read === 'user', {
    message: 'whoever may write a field may read it',
    path: ['read'],
  })

export type CustomField = z.infer<typeof CustomField>

/** Names that objects of JavaScript have of themselves. */
const reserved: ReadonlySet<string> = new Set(['constructor', 'prototype'])

export const CustomFields = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a to z, digits and underscores, 40 at most')
      .refine((name) => !reserved.has(name), 'cannot be the name of a field'),
    CustomField,
  )
  .refine((fields) => Object.keys(fields).length <= 50, 'are more than 50 fields')

export type CustomFields = z.infer<typeof CustomFields>
