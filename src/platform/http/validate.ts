import type { z } from 'zod'

import { httpErrors } from './problems.ts'

/** @throws invalid_input (400): names every field that does not match, never its value. */
export function validate(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), detail: message }))
  const [first] = fields
  throw httpErrors.invalid_input({ detail: `${first?.field ?? ''}: ${first?.detail ?? ''}`, fields })
}
