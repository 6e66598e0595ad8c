import { z } from 'zod'

/** What the token endpoint answers (RFC 6749, section 5.1), and what an application without a library of OAuth wants to know besides. */
export const NativeTokens = z
  .object({
    access_token: z.string().meta({ description: 'a JWT (RFC 9068)' }),
    token_type: z.string(),
    expires_in: z.number().int().meta({ description: 'seconds the access token lives' }),
    refresh_token: z.string().optional().meta({ description: 'opaque; good for one use' }),
    refresh_expires_in: z
      .number()
      .int()
      .optional()
      .meta({ description: 'seconds the refresh token lives when it is not used before' }),
    id_token: z.string().optional().meta({ description: 'absent when the scope does not hold `openid`' }),
    scope: z.string().meta({ description: 'what was granted; may be less than what was asked for' }),
    kid: z
      .string()
      .meta({ description: 'the key the access token is signed with, as in /.well-known/jwks.json' }),
    issued_at: z
      .number()
      .int()
      .meta({ description: 'the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519)' }),
    session_id: z.string().meta({ description: 'the `sid` in all tokens of this session' }),
  })
  .meta({ id: 'Tokens' })

export type NativeTokens = z.infer<typeof NativeTokens>
