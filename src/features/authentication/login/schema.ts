import { z } from 'zod'

import { Csrf, Proof } from '../step.ts'

/** Bounds only: what is wrong with them is told in one way for all. */
export const LoginForm = z.object({
  csrf: Csrf,
  login: z.string().max(320).default(''),
  password: z.string().max(1024).default(''),
  proof: Proof,
})
export type LoginForm = z.infer<typeof LoginForm>
