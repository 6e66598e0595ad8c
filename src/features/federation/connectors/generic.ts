import { z } from 'zod'

import type { Connector } from './connector.ts'
import { HttpsUrl, Scopes } from './options.ts'
import { standardMapping } from './standard-mapping.ts'

const OidcOptions = z.strictObject({
  issuer: HttpsUrl.meta({ description: 'issuer identifier; its metadata is looked up there' }),
  scopes: Scopes.optional(),
  authentication: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
  reauthentication: z.boolean().default(true).meta({ description: 'it honours max_age and sends auth_time' }),
})

/** Any OpenID Provider. */
export const oidc: Connector<typeof OidcOptions> = {
  label: 'OpenID Connect',
  options: OidcOptions,
  scopes: ['openid', 'email', 'profile'],
  place: ({ issuer }) => ({ protocol: 'oidc', discovery: issuer }),
  issuer: ({ issuer }) => issuer,
  authentication: 'client_secret_basic',
  pkce: true,
  nonce: true,
  freshness: 'checked',
  reauthentication: { prompt: 'login' },
  trustEmail: false, // its operator is unknown to us
  mapping: standardMapping,
  help: 'any-openid-provider',
}

const OAuth2Options = z.strictObject({
  authorization_endpoint: HttpsUrl,
  token_endpoint: HttpsUrl,
  userinfo_endpoint: HttpsUrl.meta({ description: 'answers with JSON about the person of an access token' }),
  issuer: z
    .string()
    .max(300)
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .meta({ description: 'what its subjects belong to; else the origin of the authorization endpoint' }),
  scopes: Scopes.optional(),
  authentication: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_post'),
})

/** Any OAuth 2 server that says who a person is at some address. */
export const oauth2: Connector<typeof OAuth2Options> = {
  label: 'OAuth 2',
  options: OAuth2Options,
  scopes: [],
  place: (options) => ({
    protocol: 'oauth2',
    authorizationEndpoint: options.authorization_endpoint,
    tokenEndpoint: options.token_endpoint,
    profile: { url: options.userinfo_endpoint },
  }),
  issuer: ({ issuer, authorization_endpoint: endpoint }) => issuer ?? new URL(endpoint).origin,
  authentication: 'client_secret_post',
  pkce: true,
  nonce: false,
  freshness: 'none',
  trustEmail: false,
  mapping: standardMapping,
  help: 'any-oauth-2-server',
}
