import { z } from 'zod'

import type { Connector } from './connector.ts'
import { Audiences, HttpsUrl, Scopes } from './options.ts'

const Options = z.strictObject({
  team_id: z.string().regex(/^[A-Z0-9]{10}$/, 'has ten capital letters and digits'),
  key_id: z.string().regex(/^[A-Z0-9]{10}$/, 'has ten capital letters and digits'),
  issuer: HttpsUrl.default('https://appleid.apple.com'),
  audiences: Audiences.optional(),
  scopes: Scopes.optional(),
})

/**
 * Sign in with Apple. Its secret is a private key that signs short client secrets (see `apple-secret.ts`). With scopes it
 * answers by a form sent from its own site, and tells the name there, at the first sign-in only.
 */
export const apple: Connector<typeof Options> = {
  label: 'Apple',
  options: Options,
  scopes: ['openid', 'email', 'name'],
  place: ({ issuer }) => ({ protocol: 'oidc', discovery: issuer }),
  issuer: ({ issuer }) => issuer,
  authentication: 'apple-jwt',
  pkce: true,
  nonce: true,
  responseMode: 'form_post',
  freshness: 'none',
  trustEmail: true, // of the person or Apple's own relay, both verified by Apple
  mapping: {
    sub: '/sub',
    email: '/email',
    email_verified: '/email_verified',
    given_name: '/user/name/firstName',
    family_name: '/user/name/lastName',
  },
  help: 'apple',
}
