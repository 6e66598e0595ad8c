import { z } from 'zod'

import { auditClasses } from '../actions.ts'

const link = z.number().int().nullable()

const ClassResult = z.object({
  class: z.enum(auditClasses),
  records: z
    .number()
    .int()
    .meta({ description: 'Verified; those before the first bad one, where there is one.' }),
  through: link.meta({ description: 'The last link; null: nothing is chained.' }),
  signed_through: link.meta({ description: 'The last link that a checkpoint vouches for.' }),
  first_bad: z
    .object({
      fault: z.string().meta({ description: 'Like edited, deleted or rewritten.' }),
      sequence: link,
      record_id: z.string().nullable(),
      detail: z.string(),
    })
    .nullable(),
})

export const VerificationView = z.object({
  id: z.uuid(),
  state: z.enum(['waiting', 'running', 'ended', 'given_up']).meta({
    description: '`given_up`: it failed for the last time, or its process died. It says nothing of the log.',
  }),
  started_at: z.date(),
  started_by: z.object({ type: z.string(), id: z.string().nullable() }),
  ended_at: z.date().nullable(),
  whole: z.boolean().nullable().meta({ description: 'null: not known yet.' }),
  classes: z.array(ClassResult),
})
export type VerificationView = z.infer<typeof VerificationView>

export const VerificationList = z.object({
  items: z.array(VerificationView).meta({ description: 'The newest twenty, newest first.' }),
})

export const VerificationParams = z.object({ id: z.uuid() })

/** What a record of a class tells. */
export const Told = z
  .object({
    class: z.enum(auditClasses),
    records: z.number(),
    through: link,
    signed_through: link,
    fault: z.string().optional(),
    sequence: link.optional(),
    record_id: z.string().nullish(),
    detail: z.string().optional(),
  })
  .transform(({ fault, sequence = null, record_id: id = null, detail = '', ...one }) => ({
    ...one,
    first_bad: fault === undefined ? null : { fault, sequence, record_id: id, detail },
  }))
