import { z } from 'zod'

import { errors } from './errors.ts'

/** For those who are no request, as the command line. @throws webhook_invalid (422) with every field that is wrong */
export function read<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ field: path.map(String).join('.').slice(0, 200), detail: message })),
  )
}

export const invalid = (fields: readonly { field: string; detail: string }[]) =>
  errors.webhook_invalid({
    detail: fields.map(({ field, detail }) => `${field} ${detail}`.trim()).join('; '),
    fields,
  })

/** What is none names nothing, and would be an error of the database's. */
export const isId = (text: string): boolean => z.uuid().safeParse(text).success
