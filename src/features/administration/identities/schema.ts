import { z } from 'zod'

export const IdentityView = z.object({
  id: z.uuid(),
  provider: z.object({ slug: z.string(), name: z.string(), enabled: z.boolean() }).nullable(),
  issuer: z.string(),
  subject: z.string(),
  label: z.string().nullable().meta({ description: 'What its owner knows it by at the provider.' }),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

export const IdentityList = z.object({
  items: z.array(IdentityView),
  has_password: z.boolean(),
})

export const IdentityParams = z.object({ id: z.string().max(100), identity: z.string().max(100) })

export const Taken = z.object({
  way_in_left: z.boolean().meta({
    description: 'False: nobody can sign in to the account now, until its owner gets a new password by mail.',
  }),
})
