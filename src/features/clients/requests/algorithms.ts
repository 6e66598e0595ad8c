/** What clients may sign request objects with; never by a secret (RFC 8725, section 3.1). */
export const requestObjectAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

/** What we sign answers with. */
export const responseAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const

/** How the key of an encryption is agreed on: by the client's public key alone, so that a leak of our database reads nothing. */
export const encryptionAlgorithms = ['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'] as const

/** The first is what a client gets that names none (OpenID Connect Dynamic Client Registration 1.0, section 2). */
export const contentEncryptions = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const

/** Ways an answer may go (OAuth 2.0 Multiple Response Type Encoding Practices, Form Post Response Mode, JARM). */
export const responseModes = [
  'query',
  'fragment',
  'form_post',
  'jwt',
  'query.jwt',
  'fragment.jwt',
  'form_post.jwt',
] as const

/** The kinds of keys (`kty`) that each algorithm of encryption can be used with (RFC 7518, sections 4.3 and 4.6). */
export const keyTypesOf = (algorithm: string): readonly string[] =>
  algorithm.startsWith('RSA') ? ['RSA'] : ['EC', 'OKP']
