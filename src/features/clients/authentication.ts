import { z } from 'zod'

import { CertificateName, type CertificateMetadata, toCertificateMetadata } from './certificate-names.ts'
import { ClientKeys } from './client-keys.ts'

/** Where a client publishes its keys. Whether we would call there is judged when it is registered, and at every call. */
const KeysAddress = z
  .string()
  .max(2000)
  .refine(
    (uri) => URL.parse(uri)?.href === uri && /^https?:$/.test(new URL(uri).protocol) && !uri.includes('#'),
    {
      message: 'must be an https:// address without fragment, in normal form',
    },
  )

const Keys = z.strictObject({ jwks: ClientKeys })
const KeysElsewhere = z.strictObject({ jwksUri: KeysAddress })

/**
 * How a client proves itself: by a secret we make, not at all (a public client), by a signature with one of its keys (RFC
 * 7523), or by its certificate, which an authority issued under a name or which stands among its keys (RFC 8705, section 2).
 */
export const Authentication = z.union([
  z.enum(['secret', 'none']),
  Keys,
  KeysElsewhere,
  z.strictObject({ certificate: CertificateName }),
  z
    .strictObject({ selfSigned: z.literal(true), jwks: ClientKeys })
    .refine(({ jwks }) => jwks.keys.every(({ x5c }) => x5c !== undefined), {
      message: 'must have its certificate (x5c) with each key',
    }),
  z.strictObject({ selfSigned: z.literal(true), jwksUri: KeysAddress }),
])

export type Authentication = z.output<typeof Authentication>

export type AuthenticationMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'none'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'

export interface AuthenticationMetadata extends CertificateMetadata {
  token_endpoint_auth_method: AuthenticationMethod
  jwks?: ClientKeys
  jwks_uri?: string
}

export function toAuthenticationMetadata(
  authentication: Authentication,
  secretIn: 'header' | 'body',
): AuthenticationMetadata {
  if (authentication === 'none') return { token_endpoint_auth_method: 'none' }
  if (authentication === 'secret')
    return { token_endpoint_auth_method: secretIn === 'body' ? 'client_secret_post' : 'client_secret_basic' }
  if ('certificate' in authentication)
    return {
      token_endpoint_auth_method: 'tls_client_auth',
      ...toCertificateMetadata(authentication.certificate),
    }
  const method = 'selfSigned' in authentication ? 'self_signed_tls_client_auth' : 'private_key_jwt'
  const keys = 'jwks' in authentication ? { jwks: authentication.jwks } : { jwks_uri: authentication.jwksUri }
  return { token_endpoint_auth_method: method, ...keys }
}
