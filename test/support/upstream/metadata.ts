/** The members of a discovery document that each of these providers has in common. */
export const metadata = (
  issuer: string,
  endpoints: { authorization: string; token?: string; jwks: string; userinfo?: string },
): Record<string, unknown> => ({
  issuer,
  authorization_endpoint: endpoints.authorization,
  ...(endpoints.token !== undefined && { token_endpoint: endpoints.token }),
  ...(endpoints.userinfo !== undefined && { userinfo_endpoint: endpoints.userinfo }),
  jwks_uri: endpoints.jwks,
  response_types_supported: ['code'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  scopes_supported: ['openid', 'profile', 'email'],
})
