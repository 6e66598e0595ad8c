import { z } from 'zod'

/** What its owner calls a factor. */
export const FactorName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'holds characters that nobody can read')
