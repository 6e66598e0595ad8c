import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect } from 'chai'
import { type Adapter, Provider } from 'oidc-provider'

import { openOperatorClaims } from '../../../src/features/claims/index.ts'
import { createClient, openClients } from '../../../src/features/clients/index.ts'
import type { Insides } from '../../../src/features/oidc/native/inside.ts'
import { registerGrant } from '../../../src/features/oidc/grants/register-grant.ts'
import { allowNativeGrant, nativeGrant } from '../../../src/features/oidc/native/issue-tokens.ts'
import { openNative } from '../../../src/features/oidc/native/open.ts'
import { generateSigningKey, newId } from '../../../src/platform/crypto/index.ts'
import { openSettings } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { afterTest, parts } from '../../support/parts.ts'
import { post } from '../tokens/requests.ts'

const grantType = 'urn:example:known'

const emptyStore: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
}

/** The library with our grant under a name that everybody knows. */
async function provider() {
  const machinery = await parts()
  const clients = openClients({ ...machinery, settings: openSettings(machinery) })
  afterTest(() => clients.close())
  const { client } = await createClient(machinery, bySystem, {
    name: 'Ours',
    redirectUris: ['http://localhost/callback'],
    authentication: 'none',
    firstParty: true,
  })
  const insides: Insides = new WeakMap()
  const { privateJwk } = await generateSigningKey('RS256')
  const built = new Provider('http://localhost', {
    jwks: { keys: [privateJwk.reveal()] },
    adapter: () => emptyStore,
    clients: [
      {
        client_id: client.id,
        token_endpoint_auth_method: 'none',
        redirect_uris: [],
        response_types: [],
        grant_types: [],
        first_party: true,
      },
    ],
    extraClientMetadata: { properties: ['first_party'] },
    features: { devInteractions: { enabled: false } },
  })
  const asked: string[] = []
  const grant = nativeGrant(
    { ...machinery, settings: openSettings(machinery) },
    { grantType, insides, unitOf: () => undefined, resourceOf: () => ({ scope: 'openid' }) },
  )
  registerGrant(
    built,
    { ...machinery, clients, operatorClaims: openOperatorClaims(machinery) },
    { unitOf: () => undefined },
    {
      ...grant,
      refusal: (reason) => {
        asked.push(reason)
        return grant.refusal(reason)
      },
    },
  )
  allowNativeGrant(built, grantType)
  const callback = built.callback()
  return { machinery, insides, asked, callback, id: client.id }
}

describe('the grant that only this process asks for', () => {
  it('does not exist on the network, even for who knows its name and is a client of ours', async () => {
    const { callback, asked, id } = await provider()
    const server = createServer((request, response) => void callback(request, response)).listen(
      0,
      '127.0.0.1',
    )
    afterTest(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo

    const reply = await post(`http://127.0.0.1:${port}/token`, { grant_type: grantType, client_id: id })

    expect([reply.status, reply.body.error]).to.deep.equal([400, 'unsupported_grant_type'])
    expect(asked).to.deep.equal([])
  })

  it('takes a hand-off once, and it is gone with the request', async () => {
    const { machinery, insides, callback, asked, id } = await provider()
    const arrived: IncomingMessage[] = []
    const origin = { requestId: 'x', ip: '127.0.0.1', userAgent: '' }
    const login = {
      subject: 'ann',
      at: machinery.clock.now(),
      acr: 'x',
      amr: [],
      connection: null,
      deviceId: newId(new Date()),
    }
    const handle: Parameters<typeof openNative>[1]['handle'] = (request, response) => {
      arrived.push(request)
      void callback(request, response)
    }
    const native = openNative(machinery, { insides, grantType, handle })

    const refused = await native
      .issue({ origin, client: { id, secret: null }, login, scope: undefined })
      .catch((error: unknown) => error)

    expect(refused).to.include({ code: 'invalid_grant' })
    expect(asked).to.have.lengthOf(1) // there is no such person, so it got there
    const [request] = arrived
    expect(request && insides.get(request)).not.to.have.property('handOff')
  })
})
