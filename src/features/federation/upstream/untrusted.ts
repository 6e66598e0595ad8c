import type { Problem } from '../../../platform/errors.ts'
import { errors } from '../errors.ts'

/** An answer that came and does not hold what it must; the reason is for the log. */
export const untrusted = (reason: string): Problem =>
  errors.upstream_answer_invalid({ cause: new Error(reason) })
