import { z } from 'zod'

import type { FieldProblem } from '../errors.ts'
import { httpErrors } from './problems.ts'

/** Said of whatever is asked for and was not sent, wherever it is read: people at a terminal and callers know no types. */
z.config({
  customError: ({ code, input }) =>
    code === 'invalid_type' && input === undefined ? 'is missing' : undefined,
})

/** @throws invalid_input (400): names every field that does not match, never its value. */
export function validate(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalidInput(result.error.issues.flatMap(fieldsOf))
}

export function invalidInput(fields: readonly FieldProblem[]): Error {
  const [first] = fields
  return httpErrors.invalid_input({ detail: `${first?.field ?? ''}: ${first?.detail ?? ''}`, fields })
}

/** What one may not send is a field too, and the one to name. */
function fieldsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  const field = (path: PropertyKey[]) => path.map(String).join('.').slice(0, longestName)
  if (issue.code !== 'unrecognized_keys') return [{ field: field(issue.path), detail: issue.message }]
  return issue.keys.map((key) => ({ field: field([...issue.path, key]), detail: 'is not known here' }))
}

/** Characters of a name that somebody else made up. */
const longestName = 200
