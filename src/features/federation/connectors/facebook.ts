import { z } from 'zod'

import type { Connector } from './connector.ts'
import { Audiences, HttpsUrl, Scopes } from './options.ts'

const Options = z.strictObject({
  version: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, 'looks like v23.0')
    .default('v23.0')
    .meta({ description: 'of the Graph API' }),
  dialog: HttpsUrl.default('https://www.facebook.com').meta({ description: 'origin of the login dialog' }),
  graph: HttpsUrl.default('https://graph.facebook.com').meta({ description: 'origin of the Graph API' }),
  issuer: HttpsUrl.default('https://www.facebook.com').meta({ description: 'issuer of Limited Login' }),
  audiences: Audiences.optional(),
  scopes: Scopes.optional(),
})

const fields = 'id,name,first_name,last_name,email,picture.width(256).height(256)'

/**
 * Facebook: OAuth 2 and the Graph API. Ids are the application's own, and the same in the ID tokens of Limited Login, which
 * applications on phones bring. It does not say whether an address was verified.
 */
export const facebook: Connector<typeof Options> = {
  label: 'Facebook',
  options: Options,
  scopes: ['public_profile', 'email'],
  place: ({ dialog, graph, version }) => ({
    protocol: 'oauth2',
    authorizationEndpoint: `${dialog}/${version}/dialog/oauth`,
    tokenEndpoint: `${graph}/${version}/oauth/access_token`,
    profile: {
      url: `${graph}/${version}/me?fields=${fields}`,
      appSecretProof: true,
      debugUrl: `${graph}/${version}/debug_token`,
    },
    idTokens: true, // Limited Login
  }),
  issuer: ({ issuer }) => issuer,
  authentication: 'client_secret_post',
  pkce: true,
  nonce: false,
  freshness: 'asked',
  reauthentication: { auth_type: 'reauthenticate' },
  trustEmail: false,
  mapping: {
    sub: '/id',
    email: '/email',
    name: '/name',
    given_name: '/first_name',
    family_name: '/last_name',
    picture: '/picture/data/url',
  },
  help: 'facebook',
}
