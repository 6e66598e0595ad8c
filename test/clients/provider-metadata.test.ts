import { generateKeyPairSync } from 'node:crypto'

import { expect } from 'chai'
import { Provider } from 'oidc-provider'

import {
  createClient,
  identityScopes,
  type NewClient,
  openClients,
  ownProperties,
  rotateSecret,
} from '../../src/features/clients/index.ts'
import { openSettings } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { afterTest, parts } from '../support/parts.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** The library with the grants we offer and one key of each kind, as the oidc feature sets it up. */
const library = (): Provider =>
  new Provider('http://localhost:3000', {
    scopes: [...identityScopes],
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    extraClientMetadata: { properties: [...ownProperties] },
    jwks: {
      keys: [
        { ...rsa.privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' },
        { ...ec.privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' },
      ],
    },
  })

const web: NewClient = { name: 'Shop', redirectUris: ['https://rp.example/cb'] }

const cases: [what: string, input: Partial<NewClient>, expected: Record<string, unknown>][] = [
  [
    'a web application',
    {},
    { token_endpoint_auth_method: 'client_secret_basic', response_types: ['code'], scope: undefined },
  ],
  [
    'a native application',
    {
      applicationType: 'native',
      authentication: 'none',
      redirectUris: ['com.example.app:/cb', 'http://127.0.0.1/cb'],
      grants: ['authorization_code', 'refresh_token'],
    },
    {
      token_endpoint_auth_method: 'none',
      client_secret: undefined,
      development: false,
      application_type: 'native',
    },
  ],
  [
    'a service',
    { grants: ['client_credentials'], redirectUris: [], scopes: ['orders:read'] },
    {
      response_types: [],
      grant_types: ['client_credentials'],
      scope: 'openid',
      allowed_scopes: ['orders:read'],
    },
  ],
  [
    'a resource server that only introspects',
    { grants: [], redirectUris: [], audiences: ['https://api.example'] },
    { grant_types: [], response_types: [], audiences: ['https://api.example'] },
  ],
  [
    'a client that signs its assertions',
    {
      authentication: {
        jwks: { keys: [{ ...ec.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }] },
      },
      idTokenAlgorithm: 'ES256',
    },
    {
      token_endpoint_auth_method: 'private_key_jwt',
      client_secret: undefined,
      id_token_signed_response_alg: 'ES256',
    },
  ],
  [
    'a limited first-party client',
    {
      firstParty: true,
      pkce: false,
      scopes: ['email', 'openid', 'orders:read'],
      offlineAccess: 'refused',
      corsOrigins: ['https://rp.example'],
      postLogoutRedirectUris: ['https://rp.example/bye'],
      logoUri: 'https://rp.example/logo.png',
    },
    {
      first_party: true,
      pkce_exempt: true,
      scope: 'openid email',
      offline_access: 'refused',
      cors_origins: ['https://rp.example'],
      post_logout_redirect_uris: ['https://rp.example/bye'],
      logo_uri: 'https://rp.example/logo.png',
      client_enabled: true,
    },
  ],
]

async function start() {
  const app = await parts()
  const directory = openClients({ ...app, settings: openSettings(app) })
  afterTest(() => directory.close())
  return { app, directory }
}

describe('a client as the protocol library reads it', () => {
  for (const [what, input, expected] of cases) {
    it(`is accepted there: ${what}`, async () => {
      const { app, directory } = await start()
      const { client } = await createClient(app, bySystem, { ...web, ...input })

      const metadata = directory.providerMetadata(client)

      await library().Client.validate({ client_id: '', ...metadata })
      for (const [name, value] of Object.entries(expected)) expect(metadata[name], name).to.deep.equal(value)
    })
  }

  it('shows something that is neither the secret nor guessable where the library wants the secret', async () => {
    const { app, directory } = await start()
    const one = await createClient(app, bySystem, web)
    const other = await createClient(app, bySystem, web)
    const [shown, another] = [one, other].map(
      ({ client }) => directory.providerMetadata(client).client_secret,
    )
    expect(shown)
      .to.match(/^[\da-f]{64}$/)
      .and.not.equal(another)
      .and.not.equal(one.secret)
    expect(directory.secretMatches(one.client, String(shown))).to.equal(false)
  })

  it('has another fingerprint after its secret was rotated, and the same before', async () => {
    const { app, directory } = await start()
    const { client } = await createClient(app, bySystem, web)
    const print = async () => {
      const found = await directory.get(client.id)
      return found && JSON.stringify(directory.providerMetadata(found))
    }
    const before = await print()
    expect(await print()).to.equal(before)
    await rotateSecret(app, bySystem, client.id, { overlapSeconds: 0 })
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect(await print()).not.to.equal(before)
  })
})
