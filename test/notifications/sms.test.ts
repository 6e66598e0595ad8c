import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { forgetSmsOf, sendSms } from '../../src/features/notifications/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { until } from '../outbox/support.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { smsServer } from '../support/sms-server.ts'
import { stage } from '../support/stage.ts'
import { runJob } from './support.ts'

const to = '+4915112345678'

/** Writes a message with a code to a person who is there; its id. */
async function writeCode(app: Gatehouse, { language = 'en' } = {}): Promise<string> {
  const { id: userId } = await person(app)
  const at = app.clock.now()
  return transaction(app.db, (tx) =>
    sendSms(app, tx, at, {
      ...{ message: 'code', to, language, userId, locals: { code: '123456' } },
      expiresAt: secondsAfter(at, 600),
    }),
  )
}

const deliver = (app: Gatehouse, id: string): Promise<void> => runJob(app, 'sms.deliver', { id })

async function stateOf(app: Gatehouse, id: string): Promise<unknown> {
  return app.db('sms_messages').select('state', 'attempts', 'sealed').where({ id }).first()
}

async function posted(provider: 'json' | 'twilio' = 'json') {
  const server = await smsServer(provider)
  const { app, clock } = await stage({ variables: server.variables })
  return { server, app, clock }
}

describe('a text message', () => {
  it('is handed to the provider once, with a bearer token, and leaves nothing behind', async () => {
    const { server, app } = await posted()
    const id = await writeCode(app)

    await Promise.all(Array.from({ length: 10 }, () => deliver(app, id)))
    await deliver(app, id)

    expect(server.asked).to.equal(1)
    const [sms] = server.received
    expect(sms).to.include({ to, from: '+14155550100' })
    expect(sms?.headers).to.include({
      authorization: 'Bearer sms-account:sms-token-of-the-test',
      'idempotency-key': id,
      'content-type': 'application/json',
    })
    expect(await stateOf(app, id)).to.deep.equal({ state: 'sent', attempts: 1, sealed: null })
  })

  it('binds the code to our origin in its last line, holds no link and fits in one message', async () => {
    const { server, app } = await posted()
    await deliver(app, await writeCode(app))
    await deliver(app, await writeCode(app, { language: 'de-AT' }))

    const [english = '', german = ''] = server.received.map(({ text }) => text)
    expect(english).to.match(/^123456 is your code at Gatehouse\. [^]*\n\n@localhost #123456$/)
    expect(german).to.match(/^123456 ist Ihr Code bei Gatehouse\. [^]*\n\n@localhost #123456$/)
    for (const text of [english, german]) {
      expect(text.length).to.be.at.most(160)
      expect(text).not.to.match(/https?:|www\./)
    }
  })

  for (const [what, name, host] of [
    ['a long brand beside a long host', 'Ge'.repeat(30), 'sign-in.of-a-long-name.example.test'],
    ['a brand in letters that cost more', 'Шлюз', 'id.example.test'],
  ] as const)
    it(`leaves ${what} out rather than be paid for twice`, async () => {
      const server = await smsServer()
      const { app } = await stage({ variables: { ...server.variables, ISSUER: `http://${host}` } })
      const value = { name, logoUrl: null, accent: '#1f5f4a', accentDark: '#8fd8b6' }
      await changeSetting(app, bySystem, 'brand', value)

      await deliver(app, await writeCode(app))

      expect(server.received[0]?.text).to.equal(
        `Your code: 123456. Never tell it to anybody.\n\n@${host} #123456`,
      )
    })

  it('speaks to Twilio in its form', async () => {
    const { server, app } = await posted('twilio')
    await deliver(app, await writeCode(app))

    const [sms] = server.received
    expect(sms).to.include({ to, from: '+14155550100' })
    expect(sms?.text).to.include('123456')
    expect(sms?.headers.authorization).to.equal(
      `Basic ${Buffer.from('sms-account:sms-token-of-the-test').toString('base64')}`,
    )
  })

  it('goes out by itself, after the transaction of its cause', async () => {
    const server = await smsServer()
    const { app } = await stage({ worker: true, variables: server.variables })
    await writeCode(app)
    await until(async () => server.received.length > 0)
  })

  for (const status of [500, 429, 401, 302])
    it(`is tried again after ${status}, and no more often than six times`, async () => {
      const { server, app, clock } = await posted()
      const id = await writeCode(app)
      server.status = status
      for (const pause of [5, 15, 30, 60, 120, 120]) {
        await deliver(app, id)
        await deliver(app, id) // not due yet
        clock.advance(pause)
      }
      await deliver(app, id)
      expect(server.asked).to.equal(6)
      expect(await stateOf(app, id)).to.deep.include({ state: 'expired', sealed: null })
    })

  it('is given up when the provider will not have it', async () => {
    const { server, app } = await posted()
    const id = await writeCode(app)
    server.status = 400
    await deliver(app, id)
    expect(await stateOf(app, id)).to.deep.equal({ state: 'refused', attempts: 1, sealed: null })
    expect((await app.metrics.render()).body).to.include('gatehouse_sms_total{outcome="given_up"} 1')
  })

  it('is the same one to a provider whose answer was lost', async () => {
    const { server, app } = await posted()
    const id = await writeCode(app)
    const before: unknown[] = await app.db('sms_messages').where({ id })
    await deliver(app, id)
    await app.db('sms_messages').where({ id }).delete()
    await app.db('sms_messages').insert(before)

    await deliver(app, id)

    expect(server.asked).to.equal(2)
    expect(server.received).to.have.lengthOf(1)
  })

  it('is never sent after its code has ended', async () => {
    const { server, app, clock } = await posted()
    const id = await writeCode(app)
    clock.advance(601)
    await deliver(app, id)
    expect(server.asked).to.equal(0)
    expect(await stateOf(app, id)).to.deep.include({ state: 'expired', sealed: null })
  })

  it('is woken when the process that had it died', async () => {
    const { app, clock } = await posted()
    const id = await writeCode(app)
    clock.advance(90)
    await runJob(app, 'sms.wake')
    await deliver(app, id)
    expect(await stateOf(app, id)).to.deep.include({ state: 'sent' })
  })

  it('stands in no table in a form that could be read', async () => {
    const { app } = await posted()
    await writeCode(app)
    const rows = await app.db<{ sealed: Buffer }>('sms_messages')
    const queued: unknown = await app.db.raw('select * from graphile_worker._private_jobs')
    const text = JSON.stringify([rows, queued]) + rows.map(({ sealed }) => sealed.toString('latin1')).join('')
    expect(text).not.to.match(/15112345678|123456|Gatehouse/)
  })

  it('is forgotten with its person, and after thirty days', async () => {
    const { app, clock } = await posted()
    const id = await writeCode(app)
    await writeCode(app)
    const { user_id: userId } = (await app.db('sms_messages').where({ id }).first()) as { user_id: string }
    await transaction(app.db, (tx) => forgetSmsOf(tx, userId))
    expect(await app.db('sms_messages')).to.have.lengthOf(1)
    clock.advance(31 * 24 * 3600)
    await runJob(app, 'sms.sweep')
    expect(await app.db('sms_messages')).to.have.lengthOf(0)
  })

  it('is not sent to a private address that nobody allowed', async () => {
    const server = await smsServer()
    const { app } = await stage({ variables: { ...server.variables, OUTBOUND_ALLOW: '' } })
    const id = await writeCode(app)
    await deliver(app, id)
    expect(server.asked).to.equal(0)
    expect(await stateOf(app, id)).to.deep.include({ state: 'waiting', attempts: 1 })
  })

  it('lies in the local mailbox where there is no provider', async () => {
    const { app, issuer } = await stage()
    const id = await writeCode(app)
    const browser = openBrowser()

    const list = await browser.go(`${issuer}/mailbox`)
    const shown = await browser.go(`${issuer}/mailbox/${id}`)

    expect(list.html).to.include(`href="/mailbox/${id}"`).and.include(to)
    expect(shown.html).to.include('@localhost #123456')
    expect(await stateOf(app, id)).to.deep.include({ state: 'kept' })
  })
})
