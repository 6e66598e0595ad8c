import { z } from 'zod'

import { after, limit } from '../../../platform/http/index.ts'
import { type Action, auditClasses, isAction } from '../actions.ts'

const id = z.string().min(1).max(200)
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const outcome = z.enum(['success', 'failure', 'denied'])
const auditClass = z.enum(auditClasses)

const filter = z.strictObject({
  actor: id.optional(),
  target: id.optional(),
  action: z
    .string()
    .max(100)
    .refine(isAction, 'is no action of the audit log')
    .transform((text): Action => text)
    .optional(),
  class: auditClass.optional(),
  outcome: outcome.optional(),
  request_id: id.optional().meta({ description: 'Of the request that it was done in.' }),
  since: time.optional(),
  until: time.optional(),
})

export const ListRecords = filter.extend({ limit, after })

export const ExportRecords = filter

const party = z.object({ type: z.string(), id: z.string().nullable() })
const changes = z.object({ before: z.json(), after: z.json() }).nullable()

export const RecordView = z.object({
  id: z.uuid(),
  recorded_at: z.string(),
  class: auditClass,
  action: z.string(),
  outcome,
  actor: party,
  target: party.nullable(),
  organization_id: z.string().nullable(),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  changes: z.json(),
  details: z.json(),
  personal: z.enum(['none', 'readable', 'erased', 'lost']),
  personal_changes: changes,
})

export const RecordPage = z.object({ items: z.array(RecordView), next: z.string().nullable() })

export const ChainView = z.object({
  chains: z.array(
    z.object({
      class: auditClass,
      sequence: z.number().int().meta({ description: 'How many records were ever chained.' }),
      chained_at: z.date(),
      checkpoint: z
        .object({
          sequence: z.number().int(),
          signed_at: z.date(),
          vouched: z.boolean().meta({ description: 'Signed by a key of this service.' }),
        })
        .nullable(),
      links_since_checkpoint: z.number().int(),
    }),
  ),
  waiting: z
    .number()
    .int()
    .meta({ description: 'Records that are not chained yet; at most 10,000 are counted.' }),
  oldest_waiting_at: z.date().nullable(),
})
