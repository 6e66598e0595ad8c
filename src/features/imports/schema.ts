import { z } from 'zod'

import { after, limit } from '../../platform/http/index.ts'

export const conflictChoices = ['skip', 'update', 'fail'] as const
export const outcomes = ['created', 'updated', 'skipped', 'failed'] as const

const Flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')

export const NewImport = z.strictObject({
  on_conflict: z.enum(conflictChoices).default('fail').meta({
    description:
      'What becomes of a row whose address, user name or sub somebody has: left out; what is told of them changed, but nothing they sign in with; or counted as failed.',
  }),
  dry_run: Flag.meta({ description: 'true: everything is looked at and reported, and nothing changed.' }),
})

export const ImportView = z.object({
  id: z.uuid(),
  state: z.enum(['receiving', 'waiting', 'running', 'done', 'failed']),
  failure: z.string().nullable().meta({
    description:
      'What ended it early: not_received, cannot_be_opened, importer_may_not; or gave_up: the next rows failed five times, and it can be resumed.',
  }),
  failure_detail: z.string().nullable().meta({
    description: 'A code of why the next rows failed the last time they were tried.',
  }),
  format: z.enum(['csv', 'ndjson']),
  on_conflict: z.enum(conflictChoices),
  dry_run: z.boolean(),
  rows: z.number().int().meta({ description: 'Of the file.' }),
  done: z.number().int().meta({ description: 'Rows that are reported.' }),
  created: z.number().int(),
  updated: z.number().int(),
  skipped: z.number().int(),
  failed: z.number().int(),
  created_by: z.object({ type: z.string(), id: z.string().nullable() }),
  created_at: z.date(),
  finished_at: z.date().nullable(),
})
export type ImportView = z.infer<typeof ImportView>

export const ImportParams = z.object({ id: z.string().max(100) })

export const ListImports = z.strictObject({ limit, after })
export const ImportPage = z.object({ items: z.array(ImportView), next: z.string().nullable() })

export const ListRows = z.strictObject({ outcome: z.enum(outcomes).optional(), limit, after })
export const RowPage = z.object({
  items: z.array(
    z.object({
      line: z.number().int(),
      outcome: z.enum(outcomes),
      user_id: z.uuid().nullable(),
      problems: z.array(z.object({ field: z.string(), detail: z.string() })),
    }),
  ),
  next: z.string().nullable(),
})

export const exportFormats = ['ndjson', 'csv'] as const

export const ExportQuery = z.strictObject({
  format: z.enum(exportFormats).default('ndjson'),
  hashes: Flag.meta({ description: 'true: with password hashes; for root administrators.' }),
})
