import { expect } from 'chai'

import { changeEmail, setUserStatus } from '../../src/features/accounts/index.ts'
import { withdrawConsent } from '../../src/features/consents/index.ts'
import { publish } from '../../src/features/outbox/index.ts'
import { endClientOfUser, endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { sidOf, until } from '../oidc/logout/support.ts'
import type { Gatehouse } from '../../src/app.ts'
import { problemOf } from '../support/my-api.ts'
import { type Person, person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import {
  caep,
  calling,
  poll,
  pushReceiver,
  pushTo,
  receiver,
  risc,
  stream,
  toThisMachine,
  verified,
} from './support.ts'

/** A client that is pushed to, and somebody who has just signed in there. */
async function hearing({ app, issuer }: Stage, given: Parameters<typeof receiver>[2] = {}) {
  const server = await pushReceiver()
  const client = await receiver(app, ['ssf.manage'], given)
  const call = await calling(issuer, client)
  const id = await stream(call, pushTo(server.url, 'Bearer of the receiver'))
  const ann = await person(app)
  const { tokens } = await client.signIn(ann)
  const told = async () => Promise.all(server.pushed.map(({ token }) => verified(issuer, client, token)))
  const sub = String(tokens.claims()?.sub)
  const who = { format: 'iss_sub', iss: issuer, sub }
  return { ...{ server, client, call, id, ann, tokens, told, sub, who } }
}

const credentialIn = (said: Record<string, unknown>): string[] =>
  [said.credential_type, said.change_type].filter((part) => typeof part === 'string')

/** Everything that happened to a person has been reacted to. */
const settled = (app: Gatehouse, { id: subject }: Person): Promise<void> =>
  until(async () => {
    const open = await app.db('outbox_events').where({ subject, delivered_at: null }).pluck('id')
    return open.length === 0
  })

describe('security events', () => {
  const shared = sharedStage(undefined, { variables: toThisMachine, worker: true })

  it('tell of an ended session, pushed as a token of its own type with the header the receiver gave (RFC 8935; SSF 1.0, section 4)', async () => {
    const { app, issuer } = shared()
    const { server, ann, tokens, told, who, id } = await hearing(shared())
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_administrator'))
    await until(() => server.pushed.length === 1)
    expect(server.pushed[0]).to.include({
      contentType: 'application/secevent+jwt',
      authorization: 'Bearer of the receiver',
    })
    const [event] = await told()
    expect(event).not.to.have.any.keys('sub', 'exp', 'nonce')
    expect(event?.sub_id).to.deep.equal({
      format: 'complex',
      user: who,
      session: { format: 'opaque', id: sidOf(tokens) },
    })
    const said = event?.events[`${caep}session-revoked`]
    expect(said).to.include({ initiating_entity: 'system' })
    expect(said?.event_timestamp)
      .to.be.a('number')
      .closeTo(Date.now() / 1000, 60)
    expect(event?.iss).to.equal(issuer)
    await until(async () => (await app.db('signal_events').where({ stream_id: id })).length === 0)
  })

  it('are pushed in the order in which they came: what is not taken holds up what follows', async () => {
    const { app } = shared()
    const { server, ann, told } = await hearing(shared())
    let asked = 0
    server.answer = (response) => response.writeHead(asked++ === 0 ? 503 : 202).end()
    await transaction(app.db, async (tx) => {
      for (const type of ['auth.passkey.added', 'auth.passkey.removed'] as const)
        await publish(tx, app.clock.now(), bySystem, { type, subject: ann.id, data: {} })
    })
    await until(() => server.pushed.length >= 3)
    const types = (await told()).map(({ events }) => events[`${caep}credential-change`]?.change_type)
    expect(types).to.deep.equal(['create', 'create', 'delete'])
  })

  it('that were queued before deliveries had an order are pushed as well', async () => {
    const { app } = shared()
    const { server, ann, id } = await hearing(shared())
    server.answer = (response) => response.writeHead(server.pushed.length === 1 ? 503 : 202).end()
    await transaction(app.db, (tx) =>
      publish(tx, app.clock.now(), bySystem, { type: 'auth.passkey.added', subject: ann.id, data: {} }),
    )
    const waiting = app.db('deliveries').where({ destination: id, leased_until: null }).where('attempts', 1)
    await until(async () => (await waiting.clone().update({ place: null, due_at: app.clock.now() })) === 1)
    await until(() => server.pushed.length === 2)
  })

  it('tell of accounts and credentials, each by its own event and of one person', async () => {
    const { app } = shared()
    const { server, ann, told, who } = await hearing(shared())
    const announce = (type: Parameters<typeof publish>[3]['type'], data = {}) =>
      transaction(app.db, (tx) => publish(tx, app.clock.now(), bySystem, { type, subject: ann.id, data }))
    const status = (to: 'active' | 'disabled' | 'deleted') =>
      setUserStatus(app, bySystem, ann.id, to, 'a test')
    await announce('auth.password.changed', { first: false })
    await announce('auth.passkey.added')
    await announce('auth.factor.added', { kind: 'totp' })
    await announce('auth.factor.removed', { kind: 'sms' })
    await transaction(app.db, (tx) =>
      changeEmail(tx, app.clock.now(), bySystem, { userId: ann.id, email: `new-${ann.email}` }),
    )
    await status('disabled')
    await until(() => server.pushed.length === 7) // with the session, which ends
    const events = await told()
    const said = events.flatMap(({ events: one, sub_id }) =>
      Object.entries(one).map(([uri, said]) => {
        if (!uri.endsWith('session-revoked')) expect(sub_id, uri).to.deep.equal(who)
        return [uri, ...credentialIn(said)].join(' ')
      }),
    )
    expect(said).to.include.members([
      `${caep}credential-change password update`,
      `${caep}credential-change fido2-platform create`,
      `${caep}credential-change app create`,
      `${caep}credential-change phone-sms delete`,
      `${risc}identifier-changed`,
      `${risc}account-disabled`,
      `${caep}session-revoked`,
    ])
    expect(JSON.stringify(events), 'no address is told').not.to.contain(ann.email)
    expect(new Set(events.map(({ jti }) => jti)).size).to.equal(events.length)
  })

  it('tell a client with a standing consent that an account is enabled again and then deleted', async () => {
    const { app } = shared()
    const { server, ann, told } = await hearing(shared(), { firstParty: false })
    const status = (to: 'active' | 'disabled' | 'deleted') =>
      setUserStatus(app, bySystem, ann.id, to, 'a test')
    await status('disabled')
    await settled(app, ann)
    await status('active')
    await status('deleted')
    await until(() => server.pushed.length >= 4)
    const said = (await told()).flatMap(({ events }) => Object.keys(events))
    expect(said).to.have.members([
      `${risc}account-disabled`,
      `${caep}session-revoked`,
      `${risc}account-enabled`,
      `${risc}account-purged`,
    ])
  })

  it('never tell a client of a person it does not know, or not any more, and a pairwise client only its own sub', async () => {
    const { app } = shared()
    const knowing = await hearing(shared(), { firstParty: false, subjectType: 'pairwise' })
    const other = await hearing(shared())
    const { ann } = knowing
    const changed = () =>
      transaction(app.db, (tx) =>
        publish(tx, app.clock.now(), bySystem, {
          type: 'auth.password.changed',
          subject: ann.id,
          data: { first: false },
        }),
      )
    await changed()
    await until(() => knowing.server.pushed.length === 1)
    expect((await knowing.told())[0]?.sub_id).to.deep.equal(knowing.who)

    // The application is disconnected: of that it hears, of what comes then it does not.
    const which = { userId: ann.id, clientId: knowing.client.clientId }
    await withdrawConsent(app, bySystem, which, async (tx, at) => {
      await endClientOfUser(tx, at, which)
    })
    await until(() => knowing.server.pushed.length === 2)
    await app
      .db('client_sessions')
      .where({ client_id: which.clientId })
      .update({ ended_at: new Date(0) })
    await changed()
    await settled(app, ann)
    const held = () => app.db('signal_events').where({ stream_id: knowing.id }).pluck('id')
    await until(async () => (await held()).length === 0)
    expect(knowing.server.pushed).to.have.lengthOf(2)
    expect(other.server.pushed, 'another client').to.have.lengthOf(0)
  })

  it('of a person whom the receiver does not want to hear of are not told until it adds them again', async () => {
    const { app } = shared()
    const { server, call, id, ann, who, told } = await hearing(shared())
    const changed = (first: boolean) =>
      transaction(app.db, (tx) =>
        publish(tx, app.clock.now(), bySystem, {
          type: 'auth.password.changed',
          subject: ann.id,
          data: { first },
        }),
      )
    const about = { stream_id: id, subject: who }
    expect((await call('POST', '/ssf/subjects/remove', about)).status).to.equal(204)
    await changed(true)
    await settled(app, ann)
    expect((await call('POST', '/ssf/subjects/add', about)).status).to.equal(200)
    await changed(false)
    await until(() => server.pushed.length === 1)
    expect((await told())[0]?.events[`${caep}credential-change`]).to.include({ change_type: 'update' })
    const unknown = { stream_id: id, subject: { ...who, sub: 'nobody' } }
    expect((await call('POST', '/ssf/subjects/remove', unknown)).status, 'says not who is there').to.equal(
      204,
    )
    const bad = { stream_id: id, subject: { format: 'phone_number', phone_number: '+1' } }
    expect((await call('POST', '/ssf/subjects/remove', bad)).status).to.equal(400)
  })

  it('that a receiver did not take are pushed again, the same by jti', async () => {
    const { app } = shared()
    const { server, ann, told } = await hearing(shared())
    server.answer = (response) => response.writeHead(503).end()
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    await until(() => server.pushed.length === 1)
    server.answer = (response) => response.writeHead(202).end()
    await until(() => server.pushed.length === 2)
    const [first, second] = await told()
    expect(second?.jti).to.equal(first?.jti)
    expect(second?.iat).to.equal(first?.iat)
    expect(second?.txn).to.equal(first?.txn)
  })

  it('of a paused stream are held until it is enabled, and those of a disabled one dropped', async () => {
    const { app } = shared()
    const { server, call, id, ann, client } = await hearing(shared())
    const set = (status: string) => call('POST', '/ssf/status', { stream_id: id, status, reason: 'a test' })
    const end = () =>
      transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    expect((await set('paused')).body).to.deep.equal({ stream_id: id, status: 'paused', reason: 'a test' })
    await end()
    await settled(app, ann)
    expect(await app.db('signal_events').where({ stream_id: id })).to.have.lengthOf(1)
    expect(server.pushed).to.have.lengthOf(0)
    await set('enabled')
    await until(() => server.pushed.length === 1)

    await client.signIn(ann)
    await set('disabled')
    await end()
    await settled(app, ann)
    expect(await app.db('signal_events').where({ stream_id: id })).to.have.lengthOf(0)
    await set('enabled')
    expect((await call('GET', `/ssf/status?stream_id=${id}`)).body.status).to.equal('enabled')
    const polled = await call('POST', `/ssf/poll/${id}`, { returnImmediately: true })
    expect(problemOf(polled)).to.equal('stream_not_polled')
    expect(server.pushed).to.have.lengthOf(1)
  })
})

describe('security events that are polled (RFC 8936)', () => {
  const shared = sharedStage(undefined, { variables: toThisMachine, worker: true })

  it('wait until they are acknowledged, are told to who waits, and are counted out by maxEvents', async () => {
    const { app, issuer } = shared()
    const client = await receiver(app, ['ssf.manage', 'ssf.read'])
    const call = await calling(issuer, client)
    const reading = await calling(issuer, client, 'ssf.read')
    const id = await stream(call)
    const ann = await person(app)
    await client.signIn(ann)
    expect(await poll(reading, id)).to.deep.equal({ sets: {}, moreAvailable: false })

    const began = Date.now()
    const waiting = poll(reading, id, { maxEvents: 10 })
    await client.signIn(ann)
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    const first = await waiting
    expect(Date.now() - began, 'it was woken').to.be.below(15_000)
    expect(first.sets).not.to.deep.equal({})
    await until(async () => (await app.db('signal_events').where({ stream_id: id })).length === 2)

    const one = await poll(reading, id, { maxEvents: 1, returnImmediately: true })
    expect(Object.keys(one.sets)).to.have.lengthOf(1)
    expect(one.moreAvailable).to.equal(true)
    const [jti = '', token = ''] = Object.entries(one.sets)[0] ?? []
    expect((await verified(issuer, client, token)).jti).to.equal(jti)
    const rest = await poll(reading, id, { ack: [jti], returnImmediately: true })
    expect(Object.keys(rest.sets)).to.have.lengthOf(1).and.not.include(jti)
    const [other = ''] = Object.keys(rest.sets)
    const setErrs = { [other]: { err: 'invalid_key', description: 'unknown' } }
    expect(await poll(reading, id, { setErrs, maxEvents: 0 })).to.deep.equal({
      sets: {},
      moreAvailable: false,
    })
    expect((await reading('POST', `/ssf/poll/${id}`, { maxEvents: -1 })).status).to.equal(400)
    expect((await reading('DELETE', `/ssf/streams?stream_id=${id}`)).status, 'reading alone').to.equal(403)
  })
})
