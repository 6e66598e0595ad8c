import { expect } from 'chai'
import { setTimeout as wait } from 'node:timers/promises'

import { forgetMailsOf } from '../../src/features/notifications/index.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { publish } from '../../src/features/outbox/index.ts'
import { until } from '../outbox/support.ts'
import { mailServer } from '../support/mail-server.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { deliver, runJob, stateOf, writeReset } from './support.ts'

const from = 'Gatehouse <id@example.com>'

async function posted() {
  const server = await mailServer()
  const { app, clock } = await stage({ variables: { SMTP_URL: server.url, MAIL_FROM: from } })
  return { server, app, clock }
}

const suppressed = (app: { db: Awaited<ReturnType<typeof stage>>['app']['db'] }) =>
  app.db('mail_suppressions')

describe('a mail that is delivered', () => {
  it('arrives once, as text and HTML, from who we are and to one address, and leaves nothing behind', async () => {
    const { server, app } = await posted()
    const id = await writeReset(app, { language: 'de-AT' })

    await Promise.all(Array.from({ length: 10 }, () => deliver(app, id)))
    await deliver(app, id)

    expect(server.received).to.have.lengthOf(1)
    const [mail] = server.received
    expect(mail).to.include({ from: 'id@example.com' })
    expect(mail?.to).to.deep.equal(['ann@example.com'])
    expect(mail?.raw)
      .to.match(/^Message-ID: <[0-9a-f-]{36}@localhost>$/m)
      .and.include(id)
    expect(mail?.raw).to.match(/^Auto-Submitted: auto-generated$/m)
    expect(mail?.raw).to.match(/^From: Gatehouse <id@example.com>$/m)
    expect(mail?.raw).to.include('text/plain').and.include('text/html').and.include('lang=3D"de"')
    expect(await stateOf(app, id)).to.deep.equal({ state: 'sent', sealed: null })
  })

  it('goes out by itself, after the transaction of its cause', async () => {
    const server = await mailServer()
    const { app } = await stage({ worker: true, variables: { SMTP_URL: server.url, MAIL_FROM: from } })
    await writeReset(app)
    for (let wait = 0; wait < 100 && server.received.length === 0; wait++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(server.received).to.have.lengthOf(1)
  })

  it('has the same Message-ID when a process died between sending and marking (F40)', async () => {
    const { server, app } = await posted()
    const id = await writeReset(app)
    const before: unknown[] = await app.db('mails').where({ id })
    await deliver(app, id)
    await app.db('mails').where({ id }).delete()
    await app.db('mails').insert(before)

    await deliver(app, id)

    const ids = server.received.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])
    expect(ids).to.have.lengthOf(2)
    expect(ids[0]).to.equal(ids[1])
  })

  it('stands in no table in a form that could be read', async () => {
    const { app } = await posted()
    await writeReset(app)
    const rows = await app.db<{ sealed: Buffer }>('mails')
    const queued: unknown = await app.db.raw('select * from graphile_worker._private_jobs')
    const text = JSON.stringify([rows, queued]) + rows.map(({ sealed }) => sealed.toString('latin1')).join('')
    expect(text).not.to.match(/ann@example|recovery|xxxx/)
  })
})

describe('a mail whose server does not take it', () => {
  it('is tried again after a temporary refusal', async () => {
    const { server, app, clock } = await posted()
    server.answers.recipient = [451, '4.7.1 Greylisted']
    const id = await writeReset(app)
    await deliver(app, id)
    expect(await stateOf(app, id)).to.include({ state: 'waiting' })
    server.answers.recipient = null
    clock.advance(60)

    await deliver(app, id)

    expect(server.received).to.have.lengthOf(1)
    expect(await suppressed(app)).to.be.empty
  })

  it('bounces where the address is refused for good; nothing is sent there until that is lifted', async () => {
    const { server, app } = await posted()
    server.answers.recipient = [550, '5.1.1 No such user']
    const first = await writeReset(app)
    await deliver(app, first)
    expect(await stateOf(app, first)).to.deep.equal({ state: 'bounced', sealed: null })
    expect(await suppressed(app)).to.have.lengthOf(1)
    const records = await app
      .db('audit_records')
      .select<unknown[]>('actor_type', 'target_type')
      .where({ action: 'mail.address_suppressed' })
    expect(records).to.deep.equal([{ actor_type: 'system', target_type: 'mail-address' }])
    server.answers.recipient = null

    const second = await writeReset(app)
    const other = await writeReset(app, { to: 'bob@example.com' })
    await Promise.all([deliver(app, second), deliver(app, other)])

    expect(await stateOf(app, second)).to.deep.equal({ state: 'suppressed', sealed: null })
    expect(server.received.map(({ to }) => to)).to.deep.equal([['bob@example.com']])
  })

  it('gives no address up for a refusal that is about us (RFC 3463, section 3.8), nor for one of the message', async () => {
    const { server, app } = await posted()
    server.answers.recipient = [550, '5.7.1 Your network is not welcome']
    const unwelcome = await writeReset(app)
    await deliver(app, unwelcome)
    server.answers = { recipient: null, message: [554, '5.6.0 Message not accepted'] }
    const refused = await writeReset(app)
    await deliver(app, refused)

    expect((await stateOf(app, unwelcome)).state).to.equal('bounced')
    expect(await stateOf(app, refused)).to.deep.equal({ state: 'refused', sealed: null })
    expect(await suppressed(app)).to.be.empty
  })

  it('waits while the server is away, and is given up when its link ends (F38)', async () => {
    const { app, clock } = await stage({ variables: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: from } })
    const ids = await Promise.all([1, 2, 3].map(() => writeReset(app)))
    for (const id of ids) await deliver(app, id)
    expect(await app.db('mails').where({ state: 'waiting' })).to.have.lengthOf(3)
    clock.advance(1801)

    for (const id of ids) await deliver(app, id)

    expect(await app.db('mails').where({ state: 'expired', sealed: null })).to.have.lengthOf(3)
  })
})

describe('a mail server that keeps us waiting', () => {
  it('holds up mail only: events are delivered meanwhile', async () => {
    const held: (() => void)[] = []
    const server = await mailServer({ onConnect: (_session, done) => void held.push(done) })
    const { app, clock } = await stage({ worker: true, variables: { SMTP_URL: server.url, MAIL_FROM: from } })
    for (let n = 0; n < 5; n++) await writeReset(app)
    await until(async () => held.length > 1)
    await wait(200) // as many as would be taken up are

    const event = { type: 'auth.user.created', subject: 'somebody', data: {} } as const
    const id = await transaction(app.db, (tx) => publish(tx, clock.now(), bySystem, event))

    const waiting = app.db('outbox_events').where({ id }).whereNull('delivered_at')
    await until(async () => (await waiting.clone()).length === 0)
    expect(server.received).to.be.empty
    while (server.received.length < 5) {
      held.splice(0).forEach((go) => {
        go()
      })
      await wait(20)
    }
  })
})

describe('a mail that must not go out any more', () => {
  it('is not sent after its link has ended (F38)', async () => {
    const { server, app, clock } = await posted()
    const id = await writeReset(app, { expiresAt: secondsAfter(clock.now(), 60) })
    clock.advance(61)
    await deliver(app, id)
    expect(await stateOf(app, id)).to.deep.equal({ state: 'expired', sealed: null })
    expect(server.received).to.be.empty
  })

  it('is not sent to who deleted the account meanwhile', async () => {
    const { server, app } = await posted()
    const ann = await person(app)
    const id = await writeReset(app, { to: ann.email, userId: ann.id })
    await setUserStatus(app, bySystem, ann.id, 'deleted', 'asked for')
    await deliver(app, id)
    expect(await stateOf(app, id)).to.deep.equal({ state: 'dropped', sealed: null })
    expect(server.received).to.be.empty
  })

  it('is forgotten with its person, and after 30 days', async () => {
    const { app, clock } = await posted()
    const ann = await person(app)
    await writeReset(app, { to: ann.email, userId: ann.id })
    await writeReset(app)
    await transaction(app.db, (tx) => forgetMailsOf(tx, ann.id))
    expect(await app.db('mails')).to.have.lengthOf(1)
    clock.advance(30 * 24 * 3600 + 1)
    await runJob(app, 'mail.sweep')
    expect(await app.db('mails')).to.be.empty
  })
})

describe('a mail whose process died', () => {
  it('is put back to work a minute later', async () => {
    const { app, clock } = await posted()
    const id = await writeReset(app)
    const queued = async (): Promise<number> =>
      (
        await app.db.raw<{ rows: unknown[] }>(
          `select 1 from graphile_worker.jobs where task_identifier = 'mail.deliver'`,
        )
      ).rows.length
    await app.db.raw('delete from graphile_worker._private_jobs')
    await runJob(app, 'mail.wake')
    expect(await queued()).to.equal(0)
    clock.advance(61)
    await runJob(app, 'mail.wake')
    await runJob(app, 'mail.wake')
    expect(await queued()).to.equal(1)
    expect((await stateOf(app, id)).state).to.equal('waiting')
  })
  it('has one place in the queue, however often it is put back', async () => {
    const { app, clock } = await posted()
    await writeReset(app)
    for (let minutes = 0; minutes < 2; minutes++) {
      clock.advance(61)
      await runJob(app, 'mail.wake')
    }
    const queued = await app.db('graphile_worker.jobs').where({ task_identifier: 'mail.deliver' })
    expect(queued).to.have.lengthOf(1)
  })

  it('is left to who took it up while others were put back, and goes out once', async () => {
    const server = await mailServer({ onMailFrom: (_address, _session, done) => setTimeout(done, 500) })
    const { app, clock } = await stage({ variables: { SMTP_URL: server.url, MAIL_FROM: from } })
    const older = await writeReset(app)
    clock.advance(1)
    const id = await writeReset(app, { to: 'bob@example.com' })
    clock.advance(61)

    // Whoever would put them back one by one waits for the older one, and comes to ours when it is under way.
    const holder = await app.db.transaction()
    await holder('mails').where({ id: older }).forUpdate().select('id')
    const waking = runJob(app, 'mail.wake')
    await wait(100)
    const delivering = deliver(app, id)
    await wait(100)
    await holder.rollback()
    await waking
    await Promise.all([delivering, deliver(app, id)])

    expect(server.received.map(({ to }) => to)).to.deep.equal([['bob@example.com']])
  })
})
