import { z } from 'zod'

import { Csrf, Proof } from '../step.ts'

const optional = (longest: number) =>
  z
    .string()
    .max(longest)
    .default('')
    .transform((value) => (value.trim() === '' ? null : value))

/** Only what a stranger may say about themselves; anything else in the form is dropped. */
export const RegisterForm = z.object({
  csrf: Csrf,
  email: z.string().max(320).default(''),
  username: optional(100),
  name: optional(200),
  password: z.string().max(1024).default(''),
  proof: Proof,
})
export type RegisterForm = z.infer<typeof RegisterForm>
