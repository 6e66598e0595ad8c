import { z } from 'zod'

import { ClientKeys, identityScopes } from '../clients/index.ts'

/** Whom `sub` of an assertion names: a subject that we gave out, or the account there that a person has linked. */
export const SubjectIs = z.enum(['subject', 'identity'])

/** No URL is demanded (RFC 7519, section 2, StringOrURI); what is compared must be readable. */
const Issuer = z.string().regex(/^[\x21-\x7e]{1,500}$/, 'must be 1 to 500 printable characters')

const Scope = z.enum(identityScopes.filter((scope) => scope !== 'offline_access'))

const Fields = z.strictObject({
  issuer: Issuer,
  jwks: ClientKeys.optional(),
  jwksUri: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  clients: z.array(z.string().max(100)).min(1).max(100),
  subjectIs: SubjectIs.default('identity'),
  scopes: z.array(Scope).max(20).default(['openid']),
  /** Seconds an assertion may be good for. */
  maxLifetimeSeconds: z.number().int().min(1).max(3600).default(300),
})

export const NewIssuer = Fields.superRefine(({ jwks, jwksUri }, check) => {
  if ((jwks === undefined) === (jwksUri === undefined))
    check.addIssue({
      code: 'custom',
      path: ['jwks'],
      message: 'name its keys or where they are, one of both',
    })
})
export type NewIssuer = z.input<typeof NewIssuer>
