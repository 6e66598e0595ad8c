import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { findWebhookReplay, replayToWebhook } from '../../src/features/webhooks/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openWork } from '../../src/worker.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import { run } from '../support/process.ts'
import { stage } from '../support/stage.ts'
import { announce, deliveriesTo, hook, receiver, toThisMachine, until } from './support.ts'

/** What another process on the same database is started with. */
function variablesOf({ config, databases }: Gatehouse): Record<string, string> {
  const encoded = (key: Buffer | undefined): string => key?.toString('base64') ?? ''
  return {
    ...{ NODE_ENV: 'test', LOG_LEVEL: 'fatal', ISSUER: config.issuer, DATA_DIR: config.dataDir },
    DATABASE_URL: databases.application.reveal(),
    KEY_ENCRYPTION_KEY: encoded(config.keyEncryptionKeys.reveal()[0]?.bytes),
    PASSWORD_PEPPER: encoded(config.peppers.reveal()[0]?.bytes),
    COOKIE_KEYS: encoded(config.cookieKeys.reveal()[0]),
  }
}

describe('webhooks: told once more, and by whoever is left', () => {
  it('a replay tells what has happened since a time, of the types asked, or one event, under the same ids', async () => {
    const { app, clock } = await stage({ variables: toThisMachine })
    const server = await receiver()
    await announce(app, 'before', 2)
    clock.advance(60)
    const since = clock.now()
    clock.advance(1)
    await announce(app, 'many', 600) // more than one batch
    await announce(app, 'other', 1, 'auth.client.disabled')
    await app.db('outbox_events').update({ delivered_at: clock.now() }) // as long ago
    const { webhook } = await hook(app, server.url, ['auth.client.created', 'auth.client.deleted'])
    const work = await openWork(app)
    afterTest(() => work.close())

    const begun = await replayToWebhook(app, bySystem, webhook.id, { since })
    expect(begun).to.include({ endedAt: null, queued: 0 })
    await until(() => server.received.length === 600)
    const replayed = server.received.map(({ event }) => event)
    expect(replayed.map(({ data }) => data.n)).to.deep.equal(Array.from({ length: 600 }, (_, n) => n))
    const ended = await findWebhookReplay(app, webhook.id, begun.id)
    expect(ended.queued).to.equal(600)
    expect(ended.endedAt).to.be.instanceOf(Date)

    await replayToWebhook(app, bySystem, webhook.id, { since, types: ['auth.client.disabled'] })
    await until(() => server.received.length === 601)
    expect(server.received.at(-1)?.event).to.include({ subject: 'other' })

    const wanted = replayed[7]
    const one = await replayToWebhook(app, bySystem, webhook.id, { event_id: wanted?.id ?? '' })
    expect(one.queued).to.equal(1)
    await until(() => server.received.length === 602)
    expect(server.received.at(-1)?.event).to.deep.equal(wanted)
    expect(server.received.at(-1)?.headers['webhook-id']).to.equal(wanted?.id)
  })

  it('two replicas tell each event once, and one destination in order', async () => {
    const { app, replica } = await stage({ variables: toThisMachine, worker: true })
    const second = await replica()
    const work = await openWork(second.app)
    afterTest(() => work.close())
    const server = await receiver()
    const { webhook } = await hook(app, server.url)
    await Promise.all(['a', 'b', 'c'].map((subject) => announce(app, subject, 20)))
    await until(async () => {
      const all = await deliveriesTo(app, webhook.id)
      return all.length === 60 && all.every(({ state }) => state === 'delivered')
    })
    expect(server.received).to.have.lengthOf(60)
    expect(new Set(server.received.map(({ event }) => event.id)).size).to.equal(60)
    expect(server.atOnce).to.equal(1)
    for (const subject of ['a', 'b', 'c']) {
      const numbers = server.received.flatMap(({ event }) =>
        event.subject === subject ? [event.data.n] : [],
      )
      expect(numbers).to.deep.equal(Array.from({ length: 20 }, (_, n) => n))
    }
  })

  it('what a process that was killed in the middle was at is told by another, and nothing is lost', async function () {
    this.timeout(60_000)
    const { app, clock } = await stage({ variables: toThisMachine })
    const server = await receiver()
    server.answer = () => null
    const { webhook } = await hook(app, server.url)
    await announce(app, 'killed', 5)
    const child = run(['start'], { ...variablesOf(app), ...toThisMachine, PORT: String(await freePort()) })
    // All are queued: of an event that a killed process was at, the outbox' own sweep takes care within minutes.
    await until(async () => server.received.length > 0 && (await deliveriesTo(app, webhook.id)).length === 5)
    child.kill('SIGKILL')
    expect(await child.ended).to.equal('SIGKILL')
    expect((await deliveriesTo(app, webhook.id)).map(({ state }) => state)).to.include('waiting')

    server.received.length = 0
    server.answer = () => 200
    clock.advance(3600)
    const work = await openWork(app)
    afterTest(() => work.close())
    await until(async () => (await deliveriesTo(app, webhook.id)).every(({ state }) => state === 'delivered'))
    expect(server.received.map(({ event }) => event.data.n)).to.deep.equal([0, 1, 2, 3, 4])
  })
})
