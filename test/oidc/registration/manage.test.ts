import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { disableClient, findClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient } from '../tokens/requests.ts'
import { callback, initialToken, manyNetworks, register, send } from './register.ts'

interface Mine {
  id: string
  url: string
  token: string
  secret: string
  metadata: Record<string, unknown>
}

interface Fixture {
  app: Gatehouse
  issuer: string
  /** Registers one more. */
  mine(more?: object): Promise<Mine>
}

const without = (name: string, all: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== name))

/** What a client may send back, of what it was answered. */
function repeatable(body: Record<string, unknown>): Record<string, unknown> {
  const ours = [
    'registration_access_token',
    'registration_client_uri',
    'client_secret_expires_at',
    'client_id_issued_at',
  ]
  return Object.fromEntries(Object.entries(body).filter(([name]) => !ours.includes(name)))
}

describe('RFC 7592: a client that changes and ends its registration', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const right = await initialToken(app)
    const mine = async (more: object = {}): Promise<Mine> => {
      const { body } = await register(
        { issuer },
        { client_name: 'A', redirect_uris: [callback], ...more },
        right,
      )
      return {
        id: String(body.client_id),
        url: String(body.registration_client_uri),
        token: String(body.registration_access_token),
        secret: String(body.client_secret),
        metadata: repeatable(body),
      }
    }
    return { app, issuer, mine }
  }, manyNetworks)

  it('section 2.1: reads what stands registered, but no secret, of which only a hash is kept', async () => {
    const one = await fixture().mine()
    const { status, body } = await send('GET', one.url, undefined, one.token)
    const shown = without('client_secret', one.metadata)
    expect(status).to.equal(200)
    expect(body).to.deep.include(shown)
    expect(body).to.include({ registration_access_token: one.token, registration_client_uri: one.url })
    expect(body).not.to.have.property('client_secret')
    expect(body.client_secret_expires_at).to.equal(0)
  })

  it('section 2.2: replaces all of it, takes back what is left out, and gives another token', async () => {
    const { app, issuer, mine } = fixture()
    const one = await mine({ logo_uri: 'https://rp.example/logo.png' })
    const next = {
      ...one.metadata,
      client_name: 'B',
      redirect_uris: ['https://rp.example/next'],
      logo_uri: null,
    }
    const { status, body } = await send('PUT', one.url, next, one.token)

    expect(status, JSON.stringify(body)).to.equal(200)
    expect(body).to.deep.include({
      client_name: 'B',
      redirect_uris: ['https://rp.example/next'],
      client_id: one.id,
    })
    expect(body).not.to.have.any.keys('logo_uri', 'client_secret')
    expect(body.registration_access_token).not.to.equal(one.token)
    expect((await send('GET', one.url, undefined, one.token)).status).to.equal(401)
    expect((await send('GET', one.url, undefined, String(body.registration_access_token))).status).to.equal(
      200,
    )
    // Its secret still is its secret.
    const form = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://rp.example/next' }
    const answer = await asClient(issuer, '/token', { clientId: one.id, secret: one.secret }, form)
    expect(answer.body.error).to.equal('invalid_grant')
    expect(
      await app
        .db('audit_records')
        .where({ action: 'client.updated', target_id: one.id, actor_type: 'client', actor_id: one.id }),
    ).to.have.lengthOf(1)
  })

  it('gets a secret when it begins to use one, and loses it when it stops', async () => {
    const { app, mine } = fixture()
    const one = await mine({ token_endpoint_auth_method: 'none' })
    const metadata = without('client_secret', one.metadata)
    const put = (method: string, token: unknown) =>
      send('PUT', one.url, { ...metadata, token_endpoint_auth_method: method }, String(token))
    const confidential = await put('client_secret_basic', one.token)
    expect(confidential.body.client_secret).to.match(/^[\w-]{43}$/)
    const publicAgain = await put('none', confidential.body.registration_access_token)
    expect(publicAgain.body).not.to.have.any.keys('client_secret', 'client_secret_expires_at')
    expect(await app.db('client_secrets').where({ client_id: one.id })).to.deep.equal([])
  })

  it('section 2.2: refuses another client_id, a chosen secret and members that are ours', async () => {
    const { mine } = fixture()
    const [one, other] = [await mine(), await mine()]
    const nameless = without('client_id', one.metadata)
    const faults: object[] = [
      nameless,
      { ...one.metadata, client_id: other.id },
      { ...one.metadata, client_secret: 'chosen by myself' },
      { ...one.metadata, registration_access_token: one.token },
      { ...one.metadata, client_id_issued_at: 1 },
      { ...one.metadata, redirect_uris: ['http://rp.example/cb'] },
    ]
    for (const fault of faults) {
      const { status, body } = await send('PUT', one.url, fault, one.token)
      expect(status, JSON.stringify(fault)).to.equal(400)
      expect(body.error).to.match(/^invalid_(client_metadata|redirect_uri)$/)
    }
    expect((await send('GET', one.url, undefined, one.token)).body.client_name).to.equal('A')
  })

  it('takes the token of one client for no other, and tells a wrong one from no client by nothing (DR-03)', async () => {
    const { issuer, mine, app } = fixture()
    const [a, b] = [await mine(), await mine()]
    const before = await findClient(app, b.id)
    const answers = [
      await send('GET', b.url, undefined, a.token),
      await send('PUT', b.url, { ...b.metadata, client_name: 'Stolen' }, a.token),
      await send('DELETE', b.url, undefined, a.token),
      await send('GET', `${issuer}/register/gh_AAAAAAAAAAAAAAAAAAAAAA`, undefined, a.token),
      await send('GET', b.url, undefined, await initialToken(app)),
    ]
    for (const { status, headers, body } of answers) {
      expect(status).to.equal(401)
      expect(headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"')
      expect(body).to.deep.equal(answers[0]?.body)
    }
    expect((await send('GET', b.url)).status).to.equal(401)
    const after = await findClient(app, b.id)
    expect([after.name, after.version, after.metadata]).to.deep.equal([
      before.name,
      before.version,
      before.metadata,
    ])
  })

  it('cannot enable itself: a disabled client stays as it is (DR-03)', async () => {
    const { app, mine } = fixture()
    const one = await mine()
    await disableClient(app, bySystem, one.id)
    await gone(async () => (await findClient(app, one.id)).enabled)
    for (const [method, body] of [
      ['PUT', { ...one.metadata, client_name: 'Back', enabled: true, disabled_at: null }],
      ['GET', undefined],
      ['DELETE', undefined],
    ] as const)
      expect((await send(method, one.url, body, one.token)).status, method).to.equal(403)
    expect(await findClient(app, one.id)).to.include({ enabled: false, name: 'A' })
  })

  it('lets one of 50 succeed that present one token at the same moment', async () => {
    const { app, mine } = fixture()
    const one = await mine()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        send('PUT', one.url, { ...one.metadata, client_name: `Winner ${n}` }, one.token),
      ),
    )
    const [winner, ...others] = answers.filter(({ status }) => status === 200)
    expect(others).to.deep.equal([])
    expect(answers.filter(({ status }) => status === 401)).to.have.lengthOf(49)
    await gone(async () => (await findClient(app, one.id)).name === 'A')
    expect((await findClient(app, one.id)).name).to.equal(winner?.body.client_name)
  })

  it('section 2.3: ends itself, and is unknown from then on', async () => {
    const { app, issuer, mine } = fixture()
    const one = await mine()
    const { status, body } = await send('DELETE', one.url, undefined, one.token)
    expect([status, body]).to.deep.equal([204, {}])
    expect((await send('GET', one.url, undefined, one.token)).status).to.equal(401)
    await gone(async () => (await app.clients.get(one.id)) !== null)
    const form = { grant_type: 'authorization_code', code: 'x', redirect_uri: callback }
    const answer = await asClient(issuer, '/token', { clientId: one.id, secret: one.secret }, form)
    expect(answer.body.error).to.equal('invalid_client')
    expect(await app.db('client_registrations').where({ client_id: one.id })).to.deep.equal([])
  })

  it('keeps nothing readable of what it gave out', async () => {
    const { app, mine } = fixture()
    const one = await mine()
    for (const table of [
      'client_registrations',
      'clients',
      'client_secrets',
      'audit_records',
      'outbox_events',
    ]) {
      const rows = JSON.stringify(await app.db(table).select('*'))
      for (const value of [one.token, one.secret]) expect(rows, table).not.to.include(value)
    }
  })
})

/** News of a change takes a moment to arrive. */
async function gone(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 50 && (await holds()); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  if (await holds()) throw new Error('a change was not heard of')
}
