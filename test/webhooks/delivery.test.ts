import { expect } from 'chai'

import { createUser } from '../../src/features/accounts/index.ts'
import {
  changeWebhook,
  retryWebhookDeliveries,
  rotateWebhookSecret,
  testWebhook,
} from '../../src/features/webhooks/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { keepSecret } from '../support/canary.ts'
import { stage } from '../support/stage.ts'
import { announce, deliveriesTo, hook, receiver, stateOf, toThisMachine, until, verifies } from './support.ts'

describe('webhooks: what a server is told', () => {
  it('the envelope, signed as Standard Webhooks say, of the types it wants and no other; nothing of a person but ids', async () => {
    const { app } = await stage({ variables: toThisMachine, worker: true })
    const [all, some] = [await receiver(), await receiver()]
    const { secret } = await hook(app, all.url, ['*'])
    await hook(app, some.url, ['auth.client.created'])
    const person = { email: 'canary.mail@example.com', username: 'canarybird', name: 'Canary Yellowbird' }
    const user = await transaction(app.db, (tx) =>
      createUser(app, tx, bySystem, { ...person, emailVerified: true }),
    )
    await announce(app, 'client-1')
    await until(() => all.received.length >= 2 && some.received.length >= 1)

    for (const one of all.received) {
      expect(verifies(secret, one)).to.equal(true)
      expect(verifies(secret, { ...one, body: `${one.body} ` }), 'another body').to.equal(false)
      expect(one.headers['webhook-id']).to.equal(one.event.id)
      expect(one.headers['content-type']).to.equal('application/json')
      expect(Math.abs(Number(one.headers['webhook-timestamp']) - Date.now() / 1000)).to.be.below(10)
      expect(Object.keys(one.event)).to.have.members([
        'id',
        'type',
        'version',
        'time',
        'organization',
        'actor',
        'subject',
        'sequence',
        'cause',
        'data',
      ])
      expect(one.body).to.not.match(/canary|yellowbird/i)
    }
    const told = all.received.find(({ event }) => event.type === 'auth.user.created')
    expect(told?.event).to.deep.include({ subject: user.id, version: 1, actor: { type: 'system', id: null } })
    expect(some.received.map(({ event }) => event.type)).to.deep.equal(['auth.client.created'])
  })

  it('in order and one at a time, each subject’s events as they happened, also when one has to be told twice', async () => {
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const server = await receiver()
    let failures = 2
    server.answer = ({ data }) => (data.n === 3 && failures-- > 0 ? 500 : 200)
    const { webhook } = await hook(app, server.url)
    await Promise.all(['one', 'two', 'three'].map((subject) => announce(app, subject, 10)))
    for (const failed of [1, 0]) {
      await until(() => failures === failed)
      await until(async () => (await deliveriesTo(app, webhook.id)).some((one) => one.last_status === 500))
      clock.advance(10)
    }
    await until(async () => {
      const all = await deliveriesTo(app, webhook.id)
      return all.length === 30 && all.every(({ state }) => state === 'delivered')
    })
    const taken = new Map(server.received.map(({ event }) => [event.id, event])) // the last time each was told
    expect(server.received).to.have.lengthOf(32)
    expect(server.atOnce).to.equal(1)
    for (const subject of ['one', 'two', 'three']) {
      const numbers = server.received.flatMap(({ event }) =>
        event.subject === subject ? [event.data.n] : [],
      )
      expect(numbers).to.deep.equal(numbers.toSorted((a, b) => Number(a) - Number(b)))
    }
    expect(taken.size).to.equal(30)
    expect((await stateOf(app, webhook.id)).failing_since).to.equal(null)
  })

  it('400 says no: after three times it is a dead letter, the next one’s turn comes, and a retry revives it', async () => {
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const server = await receiver()
    server.answer = ({ data }) => (data.n === 0 ? 400 : 200)
    const { webhook } = await hook(app, server.url)
    await announce(app, 'poison', 2)
    for (const tries of [1, 2]) {
      await until(() => server.received.length === tries)
      await until(async () => (await deliveriesTo(app, webhook.id))[0]?.last_status === 400)
      clock.advance(10)
    }
    await until(() => server.received.length === 4)
    await until(async () => (await deliveriesTo(app, webhook.id))[1]?.state === 'delivered')
    const [dead] = await deliveriesTo(app, webhook.id)
    expect(dead).to.include({ state: 'refused', attempts: 3, last_status: 400 })

    server.answer = () => 200
    await retryWebhookDeliveries(app, bySystem, webhook.id, dead?.id)
    await until(async () => (await deliveriesTo(app, webhook.id))[0]?.state === 'delivered')
    expect(server.received.filter(({ event }) => event.id === dead?.data.event)).to.have.lengthOf(4)
  })

  it('after it was down, what waited comes in order, signed anew; a pause holds it back, disabling drops it', async () => {
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const server = await receiver()
    const { webhook, secret } = await hook(app, server.url)
    await server.close()
    await announce(app, 'down', 3)
    await until(async () => (await deliveriesTo(app, webhook.id))[0]?.last_result === 'unreachable')
    const downAt = clock.now().getTime() / 1000
    clock.advance(600)
    await server.open()
    await until(() => server.received.length === 3)
    expect(server.received.map(({ event }) => event.data.n)).to.deep.equal([0, 1, 2])
    for (const one of server.received) {
      expect(verifies(secret, one)).to.equal(true)
      expect(Number(one.headers['webhook-timestamp'])).to.be.above(downAt + 500)
    }

    await changeWebhook(app, bySystem, webhook.id, { state: 'paused' })
    await announce(app, 'paused', 2)
    await until(async () => (await deliveriesTo(app, webhook.id)).length === 5)
    const other = await receiver()
    await hook(app, other.url)
    await announce(app, 'others')
    await until(() => other.received.length === 1)
    expect(server.received, 'nothing while it is paused').to.have.lengthOf(3)
    await changeWebhook(app, bySystem, webhook.id, { state: 'enabled' })
    await until(() => server.received.length === 6)

    server.answer = () => 410
    await announce(app, 'gone', 2)
    await until(async () => {
      const all = await deliveriesTo(app, webhook.id)
      return all.length > 6 && all.every(({ state }) => state !== 'waiting')
    })
    expect(await stateOf(app, webhook.id)).to.include({ state: 'disabled', stopped_because: 'gone' })
    expect(server.received).to.have.lengthOf(7)
    const actions: unknown[] = await app.db('audit_records').where({ target_id: webhook.id }).pluck('action')
    expect(actions).to.include('webhook.disabled')
    await announce(app, 'afterwards')
    await until(() => other.received.length === 4)
    const { rows } = await app.db.raw<{ rows: unknown[] }>(
      `select d.id from deliveries d join outbox_events e on e.id::text = d.data ->> 'event'
       where d.destination = ? and e.subject = 'afterwards'`,
      [webhook.id],
    )
    expect(rows, 'disabled: nothing is queued').to.deep.equal([])
  })

  it('one that fails for a day is paused by itself, with a notice; resumed, it gets what it missed', async () => {
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const [server, other] = [await receiver(), await receiver()]
    server.answer = () => 503
    const { webhook } = await hook(app, server.url)
    await hook(app, other.url, ['auth.webhook.paused'])
    await announce(app, 'failing', 2)
    await until(async () => (await stateOf(app, webhook.id)).failing_since !== null)
    clock.advance(25 * 3600)
    await until(() => other.received.length === 1)
    expect(other.received[0]?.event).to.deep.include({ subject: webhook.id, type: 'auth.webhook.paused' })
    expect(other.received[0]?.event.data).to.deep.equal({ webhookId: webhook.id, because: 'failing' })
    expect(await stateOf(app, webhook.id)).to.include({ state: 'paused', stopped_because: 'failing' })
    const told = server.received.length
    expect((await deliveriesTo(app, webhook.id)).map(({ state }) => state)).to.deep.equal([
      'expired',
      'waiting',
    ])
    expect(await testWebhook(app, bySystem, webhook.id)).to.include({ result: 'status', status: 503 })

    server.answer = () => 200
    await changeWebhook(app, bySystem, webhook.id, { state: 'enabled' })
    await until(() => server.received.length === told + 3)
    expect(server.received.slice(told + 1).map(({ event }) => event.data.n)).to.deep.equal([0, 1])
    expect(await stateOf(app, webhook.id)).to.include({ state: 'enabled', stopped_because: null })
  })

  it('SS-09: while a secret is rotated both sign; afterwards the new one alone', async () => {
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const server = await receiver()
    const { webhook, secret: old } = await hook(app, server.url)
    const rotated = await rotateWebhookSecret(app, bySystem, webhook.id, { overlap_seconds: 3600 })
    keepSecret(rotated.secret)
    await announce(app, 'both')
    await until(() => server.received.length === 1)
    clock.advance(3601)
    await announce(app, 'new')
    await until(() => server.received.length === 2)
    const seen = server.received.map((one) => [verifies(old, one), verifies(rotated.secret, one)])
    expect(seen).to.deep.equal([
      [true, true],
      [false, true],
    ])
  })

  it('SS-01: nothing goes to a private address, by name, number or redirect, whatever the row says', async () => {
    const { app } = await stage({ variables: toThisMachine, worker: true })
    const inside = await receiver()
    const redirecting = await receiver({ location: inside.url })
    redirecting.answer = () => 307
    const first = await hook(app, redirecting.url)
    const places = [
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://169.254.169.254/latest',
      'http://127.0.0.2/',
    ]
    const made = await Promise.all(places.map(() => hook(app, inside.url)))
    for (const [n, { webhook }] of made.entries())
      await app.db('webhooks').where({ id: webhook.id }).update({ url: places[n] })
    await app.db.raw(`select pg_notify('gatehouse', '{"topic":"webhooks","message":{}}')`)
    await announce(app, 'inside')
    const results = async () => {
      const all = await Promise.all([first, ...made].map(({ webhook }) => deliveriesTo(app, webhook.id)))
      return all.flatMap((ofOne) => ofOne.map(({ last_result }) => last_result))
    }
    await until(async () => (await results()).filter((result) => result !== null).length === 5)
    expect(await results()).to.deep.equal(['redirect', ...places.map(() => 'forbidden')])
    expect(inside.received).to.deep.equal([])
  })
})
