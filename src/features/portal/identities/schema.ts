import { z } from 'zod'

export const Identity = z.object({
  id: z.uuid(),
  provider: z
    .object({
      slug: z.string(),
      name: z.string(),
      connector: z.string(),
      enabled: z.boolean().meta({ description: 'Whether people can sign in with it now.' }),
    })
    .nullable()
    .meta({ description: 'Null for one that no provider speaks for any more.' }),
  issuer: z.string(),
  label: z.string().nullable().meta({ description: 'An address or name at the provider.' }),
  last_way_in: z.boolean().meta({ description: 'It cannot be taken away: nothing else opens the account.' }),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

export const Identities = z.object({
  items: z.array(Identity),
  has_password: z.boolean().meta({ description: 'Whether the account has a password besides.' }),
})

export const Connected = z.object({
  status: z.enum(['connected', 'already_connected']),
  identity: Identity,
})

export const IdentityParams = z.object({ id: z.string().max(100) })

/** The same parameter as the others', since two templates of one path may not differ in names alone (OpenAPI 3.1.0, section 4.8.8). */
export const ProviderParams = z.object({
  id: z.string().max(50).meta({ description: 'The provider’s name in URLs.' }),
})

/** As the provider gave them at the last sign-in with it. Its refresh token stays here. */
export const UpstreamTokens = z.object({
  access_token: z.string(),
  token_type: z.string(),
  scope: z.string().nullable(),
  expires_at: z.iso.datetime().nullable(),
})
