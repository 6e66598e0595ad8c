import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect } from 'chai'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { afterTest } from '../../support/parts.ts'
import { discover } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { type Answer, post } from '../tokens/requests.ts'

/** A client's own server, until the test ends; how often it was connected to and asked. */
async function keyServer(handle: RequestListener) {
  const seen = { connections: 0, requests: 0 }
  const listening = createServer((request, response) => {
    seen.requests++
    handle(request, response)
  })
  listening.on('connection', () => seen.connections++)
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    listening.closeAllConnections()
    listening.close()
  })
  const { port } = listening.address() as AddressInfo // it listens on a port
  return { url: `http://localhost:${port}/keys`, port, seen }
}

const keyPair = () => generateKeyPair('ES256', { extractable: true })
type Pair = Awaited<ReturnType<typeof keyPair>>

const keySet = async (...pairs: Pair[]) => ({
  keys: await Promise.all(
    pairs.map(async ({ publicKey }, index) => ({
      ...(await exportJWK(publicKey)),
      alg: 'ES256',
      kid: `key${index}`,
    })),
  ),
})

const register = async (app: Gatehouse, jwksUri: string): Promise<string> => {
  const { client } = await createClient(app, bySystem, {
    name: 'Machine',
    grants: ['client_credentials'],
    authentication: { jwksUri },
  })
  return client.id
}

async function present(
  { config }: Gatehouse,
  clientId: string,
  { privateKey }: Pair,
  kid = 'key0',
): Promise<Answer> {
  const assertion = await new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: config.issuer,
    jti: randomToken(),
  })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(privateKey)
  return post(`${config.issuer}/token`, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
}

const refused = ({ status, body }: Answer, what?: string) => {
  expect([status, body.error], what).to.deep.equal([401, 'invalid_client'])
  expect(JSON.stringify(body), what).not.to.contain('localhost')
}

describe('RFC 7523: a client whose keys stand at its jwks_uri', () => {
  const fixture = sharedStage(undefined, { variables: { OUTBOUND_ALLOW: 'localhost' } })

  it('proves itself by openid-client; its keys are fetched once and kept', async () => {
    const { app } = fixture()
    const pair = await keyPair()
    const body = JSON.stringify(await keySet(pair))
    const { url, seen } = await keyServer((_request, response) => response.end(body))
    const clientId = await register(app, url)
    const configuration = await discover(
      app,
      clientId,
      openid.PrivateKeyJwt({ key: pair.privateKey, kid: 'key0' }),
    )
    for (let time = 0; time < 5; time++)
      expect((await openid.clientCredentialsGrant(configuration)).access_token).to.be.a('string')
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        refused(await present(app, clientId, await keyPair()))
      }),
    )
    refused(await present(app, clientId, pair, 'unknown'))
    expect(seen.requests).to.equal(1)
  })

  const answers: [what: string, handle: RequestListener][] = [
    ['nothing', (_request, response) => response.end()],
    ['an error', (_request, response) => response.writeHead(500).end('{"keys":[]}')],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['no key set', (_request, response) => response.end('[]')],
    ['no keys', (_request, response) => response.end('{"keys":[]}')],
    ['a symmetric key', (_request, response) => response.end('{"keys":[{"kty":"oct","k":"AAAA"}]}')],
    ['a broken connection', (request) => request.socket.destroy()],
  ]
  for (const [what, handle] of answers) {
    it(`is refused, and we are well, when that address answers with ${what}`, async () => {
      const { app } = fixture()
      const { url } = await keyServer(handle)
      const clientId = await register(app, url)
      for (let time = 0; time < 2; time++) refused(await present(app, clientId, await keyPair()))
    })
  }

  it('is led nowhere else: a redirect is not followed (SS-03)', async () => {
    const { app } = fixture()
    const pair = await keyPair()
    const body = JSON.stringify(await keySet(pair))
    const inner = await keyServer((_request, response) => response.end(body))
    const { url } = await keyServer((_request, response) =>
      response.writeHead(302, { location: inner.url }).end(),
    )
    refused(await present(app, await register(app, url), pair))
    expect(inner.seen.connections).to.equal(0)
  })

  it('cannot flood us: more than its share is not read (DR-05)', async () => {
    const { app } = fixture()
    const pair = await keyPair()
    const set = await keySet(pair)
    const sent = { bytes: 0 }
    const padding = Buffer.alloc(64 * 1024, ' ')
    const { url } = await keyServer((_request, response) => {
      response.write(JSON.stringify(set))
      const more = () => {
        while (!response.destroyed && sent.bytes < 1024 ** 3) {
          sent.bytes += padding.length
          if (!response.write(padding)) return
        }
        response.end()
      }
      response.on('drain', more)
      more()
    })
    const from = performance.now()
    refused(await present(app, await register(app, url), pair))
    expect(performance.now() - from).to.be.below(4_000)
    expect(sent.bytes).to.be.below(64 * 1024 ** 2)
    const fits = JSON.stringify({ ...set, padding: 'x'.repeat(70_000) })
    const small = await keyServer((_request, response) => response.end(fits))
    refused(await present(app, await register(app, small.url), pair), '70 KB')
  })

  it('cannot keep us waiting, nor make others call it at will: what failed is not asked again at once (DR-05)', async () => {
    const { app } = fixture()
    const pair = await keyPair()
    const { url, seen } = await keyServer((_request, response) => {
      response.writeHead(200).write('{')
      const slowly = setInterval(() => response.write(' '), 500)
      response.on('close', () => {
        clearInterval(slowly)
      })
    })
    const clientId = await register(app, url)
    const from = performance.now()
    refused(await present(app, clientId, pair))
    expect(performance.now() - from).to.be.below(5_000)
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        refused(await present(app, clientId, await keyPair()))
      }),
    )
    expect(seen.requests).to.equal(1)
  }).timeout(10_000)
})

/** Where nobody outside may make us call. */
const special = [
  'https://127.0.0.1/keys',
  'https://[::1]/keys',
  'https://[::ffff:127.0.0.1]/keys',
  'https://0.0.0.0/keys',
  'https://169.254.169.254/keys',
  'https://[fd00::1]/keys',
  'https://10.0.0.1/keys',
  'https://192.168.0.1/keys',
  'https://100.64.0.1/keys',
  'https://localhost/keys',
  'https://localhost./keys',
  'https://keys.internal/keys',
  'https://rp.example:22/keys',
  'https://rp.example:6379/keys',
  'http://rp.example/keys',
  'https://user:secret@rp.example/keys',
  'https://2130706433/keys',
  'https://0x7f.1/keys',
  'https://0/keys',
  'file:///etc/passwd',
  'gopher://rp.example/',
  'https://rp.example/keys#x',
  'javascript:alert(1)',
  'keys',
]

describe('a jwks_uri that leads inside', () => {
  const fixture = sharedStage()

  it('is refused when it is registered (SS-01, SS-04)', async () => {
    const { app } = fixture()
    for (const uri of special) {
      const refusal = await register(app, uri).catch((error: unknown) => error)
      expect(refusal, uri).to.include({ code: 'invalid_client_metadata' })
    }
  })

  it('is refused when it is called, should it lead there later (SS-01)', async () => {
    const { app } = fixture()
    const { url, seen } = await keyServer((_request, response) => response.end('{"keys":[]}'))
    const fine = { ...app, outbound: { ...app.outbound, check: async () => ({ outcome: 'fine' }) as const } }
    const clientId = await register(fine, url)
    refused(await present(app, clientId, await keyPair()))
    expect(seen.connections).to.equal(0)
  })
})
