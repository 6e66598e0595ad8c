import { z } from 'zod'

import type { Connector } from './connector.ts'
import { HttpsUrl, Scopes } from './options.ts'
import { standardMapping } from './standard-mapping.ts'

const Options = z.strictObject({
  issuer: HttpsUrl.default('https://www.linkedin.com/oauth'),
  scopes: Scopes.optional(),
})

/** LinkedIn (Sign In with LinkedIn using OpenID Connect). Its ID tokens carry no nonce. */
export const linkedin: Connector<typeof Options> = {
  label: 'LinkedIn',
  options: Options,
  scopes: ['openid', 'email', 'profile'],
  place: ({ issuer }) => ({ protocol: 'oidc', discovery: issuer }),
  issuer: ({ issuer }) => issuer,
  authentication: 'client_secret_post',
  pkce: false,
  nonce: false,
  freshness: 'none',
  trustEmail: true,
  mapping: standardMapping,
  help: 'linkedin',
}
