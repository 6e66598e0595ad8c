import { z } from 'zod'

/** RFC 6749, appendix A.4. */
const Scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is not a scope')

/** A host by its exact name, or with `*.` before it every host below it; as URLs write it. */
export const HostPattern = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$|^\[[0-9a-f:]+\]$/,
    'must be like app.example or *.app.example',
  )

const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const

/** What applications that register themselves may have. */
export const RegistrationPolicy = z.strictObject({
  grants: z.array(z.string().min(1).max(100)).max(20).default(['authorization_code', 'refresh_token']),
  scopes: z
    .array(Scope)
    .max(100)
    .default(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']),
  /** Where codes may be sent; empty: to any host. */
  redirectHosts: z.array(HostPattern).max(100).default([]),
  authMethods: z
    .array(z.enum(authMethods))
    .max(authMethods.length)
    .default([...authMethods]),
  /** Days after which the client ends; null: when nobody uses it. */
  lifetimeDays: z.number().int().min(1).max(3650).nullable().default(null),
})

export type RegistrationPolicy = z.infer<typeof RegistrationPolicy>

/** Members that only a private or a symmetric key has (RFC 7518, section 6). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const PublicKey = z
  .looseObject({ kty: z.enum(['EC', 'RSA', 'OKP'], { message: 'must be EC, RSA or OKP' }) })
  .refine((key) => !secretMembers.some((name) => name in key), {
    message: 'is a private or symmetric key; publish the public part only',
  })

/** Who may vouch for what an application says of itself (RFC 7591, section 2.3), and the keys that it signs with. */
export const Publisher = z.strictObject({
  issuer: z.string().min(1).max(500),
  jwks: z.object({ keys: z.array(PublicKey).min(1).max(20) }),
})

export type Publisher = z.infer<typeof Publisher>
