import type { z } from 'zod'

/** What a form field holds as JSON; null for what is none, or something else than this. */
export function readJson<Value>(schema: z.ZodType<Value>, text: string): Value | null {
  const { success, data } = schema.safeParse(parsed(text))
  return success ? data : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
