import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { createUser } from '../../../src/features/accounts/index.ts'
import { openPump } from '../../../src/features/deliveries/index.ts'
import { logoutChannel } from '../../../src/features/logout/index.ts'
import { retry } from '../../../src/features/deliveries/retry.ts'
import { recordSignIn, signOut } from '../../../src/features/sessions/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomMark } from '../../../src/platform/crypto/index.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { openWork } from '../../../src/worker.ts'
import { answering, logoutReceiver } from '../../support/logout-receiver.ts'
import { freePort } from '../../support/free-port.ts'
import { afterTest } from '../../support/parts.ts'
import { run } from '../../support/process.ts'
import { stage } from '../../support/stage.ts'
import { deliveriesTo, hearing, refusalOf, toThisMachine, until } from './support.ts'

interface Session {
  uid: string
  sids: Record<string, string>
}

/** A session that has reached these clients, written down as the provider does. */
async function session(app: Gatehouse, clientIds: readonly string[]): Promise<Session> {
  const uid = randomMark()
  const sids = Object.fromEntries(clientIds.map((clientId) => [clientId, `${uid}-${clientId.slice(-4)}`]))
  await transaction(app.db, async (tx) => {
    const name = randomMark()
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')
    const { id: userId } = await createUser(app, tx, bySystem, {
      email: `${name}@example.com`,
      username: name,
      name: 'Ann',
      emailVerified: true,
    })
    const at = app.clock.now()
    const proof = { authenticatedAt: at, acr: null, amr: [], deviceId: null, connection: null }
    for (const clientId of clientIds) {
      const atClient = { sid: sids[clientId] ?? '', clientId, grantId: randomMark(), offline: false }
      await recordSignIn(tx, at, bySystem, { uid, userId, ...proof }, atClient)
    }
  })
  return { uid, sids }
}

const end = (app: Gatehouse, { uid }: Session): Promise<boolean> =>
  transaction(app.db, (tx) => signOut(tx, app.clock.now(), null, uid))

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? Infinity

describe('telling relying parties that a session has ended: the queues', () => {
  it('two live ones hear within two seconds (p99 of 50 sign-outs) while a third is down, which hears once it is back', async function () {
    this.timeout(60_000)
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const [one, two, three] = [await logoutReceiver(), await logoutReceiver(), await logoutReceiver()]
    const clients = [await hearing(app, one), await hearing(app, two), await hearing(app, three)]
    const [, , third] = clients
    three.answer = () => undefined // takes the call and never answers: the worst there is
    const sessions = []
    for (let n = 0; n < 50; n++)
      sessions.push(
        await session(
          app,
          clients.map(({ clientId }) => clientId),
        ),
      )

    const endedAt = new Map<string, number>()
    for (const each of sessions) {
      const at = Date.now()
      for (const sid of Object.values(each.sids)) endedAt.set(sid, at)
      await end(app, each)
    }
    await until(() => one.received.length >= 50 && two.received.length >= 50)
    const took = [...one.received, ...two.received].map(
      ({ at, token }) => at - (endedAt.get(String(decodeJwt(token).sid)) ?? 0),
    )
    const [p50, p99] = [percentile(took, 0.5), percentile(took, 0.99)]
    process.stdout.write(
      `      sign-out to relying party, ${took.length} deliveries, a third party hanging: p50 ${p50} ms, p99 ${p99} ms, longest ${Math.max(...took)} ms\n`,
    )
    expect(took).to.have.lengthOf(100)
    expect(p99).to.be.at.most(2_000)

    await three.close() // down altogether
    clock.advance(20 * 3600)
    await until(async () =>
      (await deliveriesTo(app, third?.clientId ?? '')).some(
        ({ last_result }) => last_result === 'unreachable',
      ),
    )
    const downAt = clock.now().getTime() / 1000 - 60
    three.received.length = 0
    three.answer = answering(200)
    await three.open()
    clock.advance(2 * 3600)
    await until(async () =>
      (await deliveriesTo(app, third?.clientId ?? '')).every(({ state }) => state === 'delivered'),
    )
    const told = new Set(three.received.map(({ token }) => decodeJwt(token).sid))
    expect([...told].sort()).to.deep.equal(sessions.map(({ sids }) => sids[third?.clientId ?? '']).sort())
    for (const { token } of three.received) {
      const { iat = 0, exp = 0 } = decodeJwt(token) // signed for this try, not for the first
      expect(iat).to.be.above(downAt)
      expect(exp - iat).to.be.at.most(120)
    }
    const { body } = await app.metrics.render()
    expect(body).to.include(
      `gatehouse_relying_party_time_to_dark_seconds_count{client="${third?.clientId}"} 50`,
    )
    expect(body).to.match(/gatehouse_deliveries_total\{kind="logout",result="delivered"\} 150/)
  })

  it('what a process that was killed in the middle was at is told by another, and nothing is lost', async function () {
    this.timeout(60_000)
    const { app, clock } = await stage({ variables: toThisMachine })
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver)
    const ended = await Promise.all([session(app, [client.clientId]), session(app, [client.clientId])])
    receiver.answer = () => undefined
    for (const one of ended) await end(app, one)

    const child = run(['start'], { ...variablesOf(app), ...toThisMachine, PORT: String(await freePort()) })
    // Both are queued: of an event that a killed process was at, the outbox' own sweep takes care within minutes.
    const queued = async () => (await deliveriesTo(app, client.clientId)).length === 2
    await until(async () => receiver.received.length >= 1 && (await queued()), 30_000)
    child.kill('SIGKILL')
    expect(await child.ended).to.equal('SIGKILL')
    const held = await deliveriesTo(app, client.clientId)
    expect(held.map(({ state }) => state)).to.include('waiting')

    receiver.received.length = 0
    receiver.answer = answering(200)
    clock.advance(3600)
    const work = await openWork(app)
    afterTest(() => work.close())
    await until(
      async () =>
        (await deliveriesTo(app, client.clientId)).filter(({ state }) => state === 'delivered').length === 2,
    )
    const told = receiver.received.map(({ token }) => decodeJwt(token).sid)
    expect(told.sort()).to.deep.equal(ended.map(({ sids }) => sids[client.clientId]).sort())
  })

  it('two processes never send the same at once, and what is in flight is not taken again', async () => {
    const { app, replica } = await stage({ variables: toThisMachine, worker: true })
    const second = await replica()
    const pump = openPump(second.app, [logoutChannel(second.app)])
    afterTest(() => pump.close())
    const receiver = await logoutReceiver()
    const client = await hearing(app, receiver)
    receiver.answer = async (_request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      response.writeHead(200).end()
    }
    const sessions = await Promise.all(Array.from({ length: 40 }, () => session(app, [client.clientId])))
    for (const one of sessions) await end(app, one)
    await until(
      async () =>
        (await deliveriesTo(app, client.clientId)).filter(({ state }) => state === 'delivered').length === 40,
    )
    const rows = await deliveriesTo(app, client.clientId)
    expect(receiver.received).to.have.lengthOf(40)
    expect(new Set(rows.map(({ attempts }) => attempts))).to.deep.equal(new Set([1]))
    expect(receiver.underWay.most).to.be.within(2, 16) // eight a process
  })

  it('retries ever later for two days, then it is a dead letter, which a command revives', async () => {
    const { app, clock } = await stage({ variables: toThisMachine, worker: true })
    const receiver = await logoutReceiver()
    receiver.answer = answering(503)
    const client = await hearing(app, receiver)
    await end(app, await session(app, [client.clientId]))
    for (const attempts of [1, 2, 3]) {
      await until(async () => ((await deliveriesTo(app, client.clientId))[0]?.attempts ?? 0) >= attempts)
      clock.advance(60)
    }
    await until(async () => (await deliveriesTo(app, client.clientId))[0]?.last_status === 503)
    clock.advance(49 * 3600)
    await until(async () => (await deliveriesTo(app, client.clientId))[0]?.state === 'expired')

    receiver.answer = answering(200)
    const [dead] = await deliveriesTo(app, client.clientId)
    expect(await retry(app, bySystem, { kind: 'logout', id: dead?.id })).to.equal(1)
    await until(async () => (await deliveriesTo(app, client.clientId))[0]?.state === 'delivered')
    const again = retry(app, bySystem, { kind: 'logout', id: dead?.id })
    expect(await refusalOf(again)).to.equal('delivery_not_found')
    expect(await app.db('audit_records').where({ action: 'delivery.retried' })).to.have.lengthOf(1)
  })
})

/** What another process needs to work on the same data, with the same keys. */
function variablesOf({ config, databases }: Gatehouse): Record<string, string> {
  const encoded = (key: Buffer | undefined): string => key?.toString('base64') ?? ''
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    ISSUER: config.issuer,
    DATABASE_URL: databases.application.reveal(),
    DATA_DIR: config.dataDir,
    KEY_ENCRYPTION_KEY: encoded(config.keyEncryptionKeys.reveal()[0]?.bytes),
    PASSWORD_PEPPER: encoded(config.peppers.reveal()[0]?.bytes),
    COOKIE_KEYS: encoded(config.cookieKeys.reveal()[0]),
  }
}
