import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { exportJWK, generateKeyPair } from 'jose'

import { addIssuer } from '../../../src/features/issuers/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { bring, bringer, type Foreign, foreignIssuer } from './support.ts'

/** Where an issuer publishes its keys: it counts, and answers whatever it is told to. */
interface KeyServer {
  uri: string
  asked: number
  answer: { status: number; body: string }
}

describe('RFC 7523: keys that a trusted issuer publishes', function () {
  this.timeout(20_000)
  let server: Server
  const keyServer: KeyServer = { uri: '', asked: 0, answer: { status: 200, body: '' } }
  before(async () => {
    server = createServer((_request, response) => {
      keyServer.asked++
      const { status, body } = keyServer.answer
      response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    keyServer.uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  })
  after(() => void server.close())
  beforeEach(() => {
    keyServer.asked = 0
  })

  async function prepare() {
    const place: Stage = await stage({ variables: { OUTBOUND_ALLOW: '127.0.0.1' } })
    const { app, issuer } = place
    const foreign: Foreign = await foreignIssuer(app)
    const client = await bringer(app)
    const clients = [client.clientId]
    await addIssuer(app, bySystem, {
      ...{ issuer: foreign.issuer, jwksUri: keyServer.uri, clients, subjectIs: 'subject' },
    })
    keyServer.answer = { status: 200, body: JSON.stringify(foreign.jwks) }
    const ann = await person(app)
    const send = async (
      ...claims: Parameters<Foreign['sign']> extends [string, ...infer Rest] ? Rest : never
    ) => (await bring(issuer, client, await foreign.sign(ann.id, ...claims))).status
    return { clock: place.clock, foreign, send, app, client, issuer, ann }
  }

  it('are fetched when they are needed, once for all who ask, and for an unknown issuer never', async () => {
    const { send } = await prepare()
    expect(await send({ iss: 'https://stranger.example' })).to.equal(400)
    expect(keyServer.asked).to.equal(0)
    expect(await Promise.all([send(), send(), send()])).to.deep.equal([200, 200, 200])
    expect(await send()).to.equal(200)
    expect(keyServer.asked).to.equal(1)
  })

  it('are fetched again for a key that is not among them, but not as often as somebody likes', async () => {
    const { clock, foreign, send } = await prepare()
    expect(await send()).to.equal(200)
    const next = await generateKeyPair('ES256', { extractable: true })
    const { crv, x, y } = await exportJWK(next.publicKey)
    const rotated = [...foreign.jwks.keys, { kty: 'EC', crv, x, y, alg: 'ES256', kid: 'next' }]
    keyServer.answer.body = JSON.stringify({ keys: rotated })
    const byNext = () => send({}, { kid: 'next' }, next.privateKey)

    expect(await byNext(), 'the last answer is a moment old').to.equal(400)
    expect(keyServer.asked).to.equal(1)
    clock.advance(31)
    expect(await byNext()).to.equal(200)
    for (const kid of ['a', 'b', 'c']) expect(await send({}, { kid })).to.equal(400)
    expect(keyServer.asked).to.equal(2)
  })

  it('are good for ten minutes: one that was taken back is refused then', async () => {
    const { clock, send } = await prepare()
    expect(await send()).to.equal(200)
    keyServer.answer.body = JSON.stringify({ keys: [] })
    expect(await send()).to.equal(200)
    clock.advance(601)
    expect(await send()).to.equal(400)
  })

  it('are nothing when they cannot be fetched, and work again later', async () => {
    const { clock, foreign, send } = await prepare()
    const answers = [
      { status: 500, body: '' },
      { status: 302, body: '' },
      { status: 200, body: 'no JSON' },
      { status: 200, body: '[]' },
      { status: 200, body: '{"keys":"all"}' },
      { status: 200, body: JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'one', alg: 'HS256' }] }) },
      { status: 200, body: `{"keys":["${'x'.repeat(600_000)}"]}` },
    ]
    for (const answer of answers) {
      keyServer.answer = answer
      expect(await send(), answer.body.slice(0, 50)).to.equal(400)
      clock.advance(31)
    }
    keyServer.answer = { status: 200, body: JSON.stringify(foreign.jwks) }
    expect(await send()).to.equal(200)
  })
})
