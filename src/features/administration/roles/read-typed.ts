import type { z } from 'zod'

import { httpErrors } from '../../../platform/http/index.ts'

/** What was typed, as the API would take it. @throws invalid_input (400): names every field that does not fit. */
export function readTyped<Value>(schema: z.ZodType<Value>, typed: unknown): Value {
  const parsed = schema.safeParse(typed)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), detail: message }))
  throw httpErrors.invalid_input({ fields })
}
