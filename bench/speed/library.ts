/**
 * The bare library in a process of its own: oidc-provider with its own in-memory adapter, static clients and people, no
 * middleware. What is not named here is its default. It answers at the paths, with the algorithms and the rules of
 * Gatehouse: PKCE, refresh tokens that rotate, access tokens as JWT signed by ES256.
 */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

import { libraryClients, paths, redirectUri } from './service.ts'

const api = 'urn:bench:api'
const jwk = (key: { export(options: { format: 'jwk' }): JsonWebKey }) => key.export({ format: 'jwk' })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const server = createServer()
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const provider = open(`http://localhost:${port}`)
  const callback = provider.callback()
  server.on('request', (request, response) => void callback(request, response))
  process.send?.({ port })
})

function open(issuer: string): Provider {
  return new Provider(issuer, {
    clients: libraryClients.map(({ id, secret }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      id_token_signed_response_alg: 'ES256',
    })),
    jwks: {
      keys: [
        { ...jwk(ec), alg: 'ES256', use: 'sig' },
        { ...jwk(rsa), alg: 'RS256', use: 'sig' },
      ],
    },
    cookies: { keys: ['a key that signs cookies'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Ann', preferred_username: 'ann', email: id, email_verified: true }),
    }),
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, client) => (client.clientId === libraryClients[0].id ? api : []), // the second asks for none
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid profile email',
          audience: api,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    pkce: { required: () => true },
    responseTypes: ['code'],
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    expiresWithSession: () => false,
    routes: {
      authorization: paths.authorize,
      token: paths.token,
      userinfo: paths.userinfo,
      introspection: paths.introspect,
      jwks: paths.jwks,
    },
  })
}
