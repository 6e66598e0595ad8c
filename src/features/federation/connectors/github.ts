import { z } from 'zod'

import type { Connector } from './connector.ts'
import { HttpsUrl, Scopes } from './options.ts'

const Options = z.strictObject({
  base: HttpsUrl.default('https://github.com').meta({ description: 'another one for GitHub Enterprise' }),
  api: HttpsUrl.default('https://api.github.com'),
  scopes: Scopes.optional(),
})

/** GitHub: OAuth 2. The address that counts is the primary one, where it is verified. */
export const github: Connector<typeof Options> = {
  label: 'GitHub',
  options: Options,
  scopes: ['read:user', 'user:email'],
  place: ({ base, api }) => ({
    protocol: 'oauth2',
    authorizationEndpoint: `${base}/login/oauth/authorize`,
    tokenEndpoint: `${base}/login/oauth/access_token`,
    profile: { url: `${api}/user`, emailsUrl: `${api}/user/emails` },
    respondsAs: `${base}/login/oauth`,
  }),
  issuer: ({ base }) => base,
  authentication: 'client_secret_post',
  pkce: true,
  nonce: false,
  freshness: 'asked',
  reauthentication: { prompt: 'select_account' },
  trustEmail: true,
  mapping: {
    sub: '/id',
    email: '/primary_email/email',
    email_verified: '/primary_email/verified',
    name: '/name',
    nickname: '/login',
    picture: '/avatar_url',
    profile: '/html_url',
  },
  help: 'github',
}
