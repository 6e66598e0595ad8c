import { expect } from 'chai'
import * as openid from 'openid-client'

import { jobs, runBatch, runImport } from '../../src/features/imports/index.ts'
import { assignRole, removeRole } from '../../src/features/authorization/index.ts'
import { disableClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { operator } from '../administration/support.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { lines, send, type Told } from './support.ts'

const people = (many: number): string =>
  lines(...Array.from({ length: many }, (_, n) => ({ email: `many${n}@import.example` })))

describe('an import that is interrupted', () => {
  it('goes on where it stood, each batch brought in once, however many work at it', async () => {
    const { app, issuer, clock } = await stage()
    const by = await operator(app, 'admin')
    const { id } = (await (await send(by, issuer, people(1_200))).json()) as Told
    const look = async () => (await (await by.call('GET', `/admin/imports/${id}`)).json()) as Told

    await runBatch(app, id) // then the process dies
    expect(await look()).to.include({ state: 'running', rows: 1_200, done: 500, created: 500 })

    clock.advance(61)
    await jobs(app)
      .find(({ name }) => name === 'imports.resume')
      ?.run({})
    const queued = await app.db
      .withSchema('graphile_worker')
      .from('jobs')
      .where({ task_identifier: 'imports.run' })
    expect(queued).to.have.lengthOf(1)
    await Promise.all([runImport(app, id), runImport(app, id)])

    expect(await look()).to.include({ state: 'done', done: 1_200, created: 1_200, failed: 0 })
    expect(await app.db('users').whereLike('email', 'many%')).to.have.lengthOf(1_200)
    for (const table of ['user_import_batches', 'user_import_keys'])
      expect(await app.db(table), table).to.deep.equal([])
    const told = await app.db('outbox_events').where({ type: 'auth.users.imported' })
    expect(told).to.have.lengthOf(1)
  })

  it('is brought in by the job that waits for it, from where the file was received', async () => {
    const { app, issuer } = await stage({ worker: true })
    const by = await operator(app, 'admin')
    const { id } = (await (await send(by, issuer, people(30))).json()) as Told
    for (let tries = 0; tries < 100; tries++) {
      const told = (await (await by.call('GET', `/admin/imports/${id}`)).json()) as Told
      if (told.state === 'done') {
        expect(told).to.include({ created: 30, failed: 0 })
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('no job brought it in')
  })

  it('ends when whoever began it lost the right meanwhile (AD-03)', async () => {
    const { app, issuer } = await stage()
    const by = await operator(app, 'admin')
    const root = await operator(app, 'root_admin')
    const { id } = (await (await send(by, issuer, people(600))).json()) as Told
    await runBatch(app, id)
    await transaction(app.db, (tx) =>
      removeRole(app, tx, bySystem, { principal: { type: 'user', id: by.id }, role: 'admin' }),
    )
    await runImport(app, id)
    expect(await (await root.call('GET', `/admin/imports/${id}`)).json()).to.include({
      ...{ state: 'failed', failure: 'importer_may_not', created: 500 },
    })
    expect(await app.db('user_import_batches')).to.deep.equal([])
  })

  it('ends when the service account that began it was disabled meanwhile', async () => {
    const { app, issuer } = await stage()
    const root = await operator(app, 'root_admin')
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const principal = { type: 'client', id: machine.clientId } as const
    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'admin' }))
    const tokens = await openid.clientCredentialsGrant(machine.configuration)
    const { id } = (await (await send({ tokens }, issuer, people(600))).json()) as Told
    await runBatch(app, id)
    await disableClient(app, bySystem, machine.clientId, { reason: 'taken over' })
    await runImport(app, id)
    expect(await (await root.call('GET', `/admin/imports/${id}`)).json()).to.include({
      ...{ state: 'failed', failure: 'importer_may_not', created: 500 },
    })
  })

  it('is given up after five failures with the reason, keeps its rows, and goes on where it stood when told to', async () => {
    const { app, issuer } = await stage()
    const [by, other] = [await operator(app, 'admin'), await operator(app, 'admin')]
    const peer = await operator(app, 'support')
    const sent = await Promise.all(Array.from({ length: 7 }, () => send(by, issuer, people(1))))
    const refused = sent.filter(({ status }) => status !== 202)
    expect(refused.length, 'open at once, of one caller or in one process').to.be.at.least(2)
    for (const reply of refused)
      expect(reply.headers.get('retry-after'), String(reply.status)).to.match(/^[0-9]+$/)
    await app.db('user_imports').delete()

    const { id } = (await (await send(by, issuer, people(501))).json()) as Told
    const look = async () => (await (await by.call('GET', `/admin/imports/${id}`)).json()) as Told
    await runBatch(app, id)
    await app.db.raw(
      "alter table users add constraint no_more check (email <> 'many500@import.example') not valid",
    )
    for (let tries = 0; tries < 5; tries++)
      await runImport(app, id).then(
        () => expect.fail('it was brought in'),
        () => undefined,
      )

    expect(await look()).to.include({
      ...{ state: 'failed', failure: 'gave_up', failure_detail: 'database 23514', done: 500 },
    })
    await runImport(app, id) // nothing is left to do
    expect((await peer.call('POST', `/admin/imports/${id}/resume`)).status).to.equal(403)

    await app.db.raw('alter table users drop constraint no_more')
    const resumed = await other.call('POST', `/admin/imports/${id}/resume`)
    expect(resumed.status, await resumed.clone().text()).to.equal(202)
    expect((await by.call('POST', `/admin/imports/${id}/resume`)).status).to.equal(409)
    await runImport(app, id)
    expect(await look()).to.include({ state: 'done', failure: null, failure_detail: null, created: 501 })
  })
})
