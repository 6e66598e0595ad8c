import { expect } from 'chai'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { cibaGrant, createClient } from '../../../src/features/clients/index.ts'
import { authenticationRequestJobs } from '../../../src/features/oidc/index.ts'
import * as requests from '../../../src/features/oidc/ciba/repository.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { keepSecret } from '../../support/canary.ts'
import { person } from '../../support/people.ts'
import { stage } from '../../support/stage.ts'
import { scan } from '../storage/scan.ts'
import { pause } from '../tokens/requests.ts'
import { type Receiver, receiver } from './receiver.ts'
import { ask, asked, decides, poll, said, till } from './support.ts'

const variables = { OUTBOUND_ALLOW: 'localhost' }

const pinged = (app: Gatehouse, { url }: Receiver) =>
  till(app, { cibaDelivery: 'ping', cibaNotificationEndpoint: url })

const token = () => {
  const made = randomToken()
  keepSecret(made)
  return made
}

const job = (app: Gatehouse, name: string) => (payload: unknown) =>
  authenticationRequestJobs(app)
    .find((one) => one.name === name)
    ?.run(payload)

/** What the queue does takes a second or so, and longer where much else is going on. */
async function soon(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await holds()) return
    await pause(50)
  }
  throw new Error('it did not come true within ten seconds')
}

interface Row {
  id: string
  sealed: Buffer | null
  ping_due_at: Date | null
  ping_attempts: number
}

const rowOf = async (app: Gatehouse): Promise<Row> => {
  const row = await app
    .db('backchannel_requests')
    .select<Row[]>('id', 'sealed', 'ping_due_at', 'ping_attempts')
    .first()
  if (!row) throw new Error('no request')
  return row
}

describe('OpenID Connect CIBA Core 1.0: ping', () => {
  it('section 10.2: the client is told by its own token, over https, and fetches its tokens with openid-client', async () => {
    const { app, issuer } = await stage({ variables, worker: true })
    const receiving = await receiver()
    const [ann, client] = [await person(app), await pinged(app, receiving)]
    const client_notification_token = token()
    const response = await openid.initiateBackchannelAuthentication(client.configuration, {
      scope: 'openid',
      login_hint: ann.username,
      client_notification_token,
    })
    const held = { token: client_notification_token, auth_req_id: response.auth_req_id }
    expect(await scan(app, held), 'sealed at rest').to.deep.equal([])
    expect((await rowOf(app)).sealed).not.to.equal(null)
    await decides({ app, issuer }, ann, 'approve')
    await soon(async () => receiving.received.length === 1)
    expect(receiving.received[0]).to.deep.equal({
      authorization: `Bearer ${client_notification_token}`,
      contentType: 'application/json',
      body: { auth_req_id: response.auth_req_id },
    })
    await soon(async () => (await rowOf(app)).sealed === null)
    const tokens = await openid.pollBackchannelAuthenticationGrant(client.configuration, {
      ...response,
      interval: 0,
    })
    expect(tokens.claims()?.sub).to.be.a('string')
    expect(await scan(app, held)).to.deep.equal([])
  })

  it('section 10.2: it is told of a denial too, and never of the answer itself', async () => {
    const { app, issuer } = await stage({ variables, worker: true })
    const receiving = await receiver()
    const [ann, client] = [await person(app), await pinged(app, receiving)]
    const id = await asked(issuer, client, ann, { client_notification_token: token() })
    await decides({ app, issuer }, ann, 'deny')
    await soon(async () => receiving.received.length === 1)
    expect(receiving.received[0]?.body).to.deep.equal({ auth_req_id: id })
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'access_denied'])
  })

  it('section 7.1: asking without a token of that form is refused', async () => {
    const { app, issuer } = await stage({ variables })
    const [ann, client] = [await person(app), await pinged(app, await receiver())]
    for (const client_notification_token of ['', 'no token', 'x'.repeat(1_025)])
      expect(
        said(await ask(issuer, client, { login_hint: ann.email, client_notification_token })),
      ).to.deep.equal([400, 'invalid_request'])
  })

  it('is tried again after a failure, later each time; what a dead process had is taken up by another', async () => {
    const { app, issuer, clock } = await stage({ variables })
    const receiving = await receiver()
    receiving.answers = [503, 429]
    const [ann, client] = [await person(app), await pinged(app, receiving)]
    await asked(issuer, client, ann, { client_notification_token: token() })
    await decides({ app, issuer }, ann, 'approve')
    const { id } = await rowOf(app)
    const ping = job(app, 'authentication-requests.ping')
    const waits: number[] = []
    for (let attempt = 1; attempt <= 2; attempt++) {
      await ping({ id })
      const row = await rowOf(app)
      waits.push(Math.round(((row.ping_due_at?.getTime() ?? 0) - clock.now().getTime()) / 1000))
      expect(row.sealed).not.to.equal(null)
    }
    expect(waits).to.deep.equal([2, 5])

    const at = new Date(clock.now().getTime() + 10_000)
    expect(await requests.claimPing(app.db, { id, at, until: new Date(at.getTime() + 20_000) })).to.include({
      id,
    })
    await ping({ id })
    expect(receiving.received, 'somebody has it').to.have.lengthOf(2)
    await app.db.raw('delete from graphile_worker._private_jobs')
    clock.advance(90)
    await job(app, 'authentication-requests.close')({})
    const { rows } = await app.db.raw<{ rows: unknown[] }>('select 1 from graphile_worker._private_jobs')
    expect(rows, 'in the queue again').to.have.lengthOf(1)
    await ping({ id })
    expect(receiving.received).to.have.lengthOf(3)
    expect(await rowOf(app)).to.include({ sealed: null, ping_due_at: null, ping_attempts: 4 })
    await ping({ id })
    expect(receiving.received, 'told once').to.have.lengthOf(3)
  })

  it('is not tried again when the client says no, or sends us elsewhere; nor after the end of the request', async () => {
    const { app, issuer, clock } = await stage({ variables })
    const receiving = await receiver()
    const client = await pinged(app, receiving)
    for (const answer of [401, 302]) {
      receiving.answers = [answer]
      const ann = await person(app)
      await asked(issuer, client, ann, { client_notification_token: token() })
      await decides({ app, issuer }, ann, 'approve')
      const row = await app.db('backchannel_requests').where({ user_id: ann.id }).first<Row>()
      await job(app, 'authentication-requests.ping')({ id: row.id })
      expect((await app.db('backchannel_requests').where({ id: row.id }).first<Row>()).sealed).to.equal(null)
    }
    expect(receiving.received).to.have.lengthOf(2)
    const bob = await person(app)
    await asked(issuer, client, bob, { client_notification_token: token(), requested_expiry: '30' })
    await decides({ app, issuer }, bob, 'approve')
    clock.advance(31)
    const row = await app.db('backchannel_requests').where({ user_id: bob.id }).first<Row>()
    await job(app, 'authentication-requests.ping')({ id: row.id })
    expect(receiving.received).to.have.lengthOf(2)
    expect((await app.db('backchannel_requests').where({ id: row.id }).first<Row>()).sealed).to.equal(null)
  })
})

describe('where a client is told', () => {
  const special = [
    ...['https://127.0.0.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://169.254.169.254/'],
    ...[
      'https://10.0.0.1/',
      'https://100.64.0.1/',
      'https://[fd00::1]/',
      'https://localhost/',
      'https://db.internal/',
    ],
    ...['http://rp.example/told', 'https://rp.example:8443/', 'https://user:pass@rp.example/'],
  ]

  it('must be https on the public internet, when it is registered (SS-01)', async () => {
    const { app } = await stage()
    for (const cibaNotificationEndpoint of special) {
      const refusal = await createClient(app, bySystem, {
        name: 'Till',
        grants: [cibaGrant],
        cibaDelivery: 'ping',
        cibaNotificationEndpoint,
      }).catch((error: unknown) => error)
      expect(refusal, cibaNotificationEndpoint).to.include({ code: 'invalid_client_metadata' })
    }
  })

  it('and when it is told: nobody there hears of the attempt (SS-01)', async () => {
    const { app, issuer } = await stage()
    const receiving = await receiver()
    for (const host of ['localhost', '127.0.0.1']) {
      const endpoint = receiving.url.replace('localhost', host)
      const client = await till(app, {
        cibaDelivery: 'ping',
        cibaNotificationEndpoint: 'https://8.8.8.8/told', // is never called
      })
      await app.db.raw(
        `update clients set metadata = jsonb_set(metadata, '{backchannel_client_notification_endpoint}', ?::jsonb) where id = ?`,
        [JSON.stringify(endpoint), client.clientId],
      )
      const ann = await person(app)
      await asked(issuer, client, ann, { client_notification_token: token() })
      expect((await app.clients.get(client.clientId))?.metadata).to.include({
        backchannel_client_notification_endpoint: endpoint,
      })
      await decides({ app, issuer }, ann, 'approve')
      const row = await app.db('backchannel_requests').where({ user_id: ann.id }).first<Row>()
      await job(app, 'authentication-requests.ping')({ id: row.id })
      const after = await app.db('backchannel_requests').where({ id: row.id }).first<Row>()
      expect(after.ping_attempts).to.equal(1)
    }
    expect(receiving.connections).to.equal(0)
  })
})
