import { z } from 'zod'

import type { Connector } from './connector.ts'
import { HttpsUrl, Scopes } from './options.ts'
import { standardMapping } from './standard-mapping.ts'

const Options = z.strictObject({
  issuer: HttpsUrl.default('https://accounts.google.com'),
  hosted_domain: z
    .string()
    .max(253)
    .toLowerCase()
    .regex(/^[a-z0-9.-]+$/)
    .optional()
    .meta({ description: 'only people of this Google Workspace domain' }),
  scopes: Scopes.optional(),
})

/** Google (Google Identity, OpenID Connect). `hd` is asked for and checked: the parameter alone is a hint. */
export const google: Connector<typeof Options> = {
  label: 'Google',
  options: Options,
  scopes: ['openid', 'email', 'profile'],
  place: ({ issuer }) => ({ protocol: 'oidc', discovery: issuer }),
  issuer: ({ issuer }) => issuer,
  authentication: 'client_secret_post',
  pkce: true,
  nonce: true,
  freshness: 'asked',
  reauthentication: { prompt: 'select_account' },
  parameters: ({ hosted_domain: domain }): Record<string, string> =>
    domain === undefined ? {} : { hd: domain },
  refuse: ({ hosted_domain: domain }, { hd }) =>
    domain === undefined || hd === domain ? null : 'the person is not of the hosted domain',
  trustEmail: true,
  mapping: standardMapping,
  help: 'google',
}
