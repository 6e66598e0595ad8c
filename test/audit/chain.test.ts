import { expect } from 'chai'
import type { Knex } from 'knex'

import { openSequencer, record } from '../../src/features/audit/index.ts'
import { chainWaiting } from '../../src/features/audit/chain/chain-waiting.ts'
import { signHeads } from '../../src/features/audit/chain/sign-heads.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { openDatabase, transaction } from '../../src/platform/db/index.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'
import { run, until } from '../support/process.ts'
import { byUser, chainAll, lookAt, type Machinery, recordAll, times, variablesOf } from './support.ts'

const signIn = { action: 'sign_in.succeeded', target: { type: 'user', id: 'ann' } } as const

const count = async (db: Knex, table: string): Promise<number> => (await db(table).select(db.raw('1'))).length

/** Many records of a thousand people, in one statement. */
async function recordMany({ db }: Machinery, many: number): Promise<void> {
  await db.raw(
    `select audit_append(jsonb_agg(jsonb_build_object('id', gen_random_uuid(), 'recorded_at', now(), 'class', 'sign-in',
       'action', 'sign_in.succeeded', 'outcome', 'success', 'actor_type', 'user', 'actor_id', (n % 1000)::text,
       'ip', '192.0.2.' || n % 250, 'user_agent', 'Firefox'))) from generate_series(1, ?::integer) n`,
    [many],
  )
}

async function expectWhole(app: Pick<Parts, 'db' | 'config'>, links: number): Promise<void> {
  expect((await lookAt(variablesOf(app))).first).to.equal(null)
  expect(await count(app.db, 'audit_chain')).to.equal(links)
  expect(await app.db('audit_chain').countDistinct('record_id as records').first()).to.deep.equal({
    records: String(links),
  })
}

describe('the chain of the audit log', function () {
  this.timeout(60_000)

  it('takes what was recorded within a second, in order, and leaves nothing behind', async () => {
    const app = await parts()
    const sequencer = openSequencer(app)
    afterTest(() => sequencer.close())

    await recordAll(app, byUser('ann'), times(3, signIn))

    await until(async () => (await count(app.db, 'audit_chain')) === 3)
    expect(await count(app.db, 'audit_inbox')).to.equal(0)
    const [records, links] = [
      await app.db('audit_records').orderBy('recorded_at').pluck('id'),
      await app.db('audit_chain').orderBy('sequence').pluck('record_id'),
    ]
    expect(links).to.deep.equal(records)
  })

  it('takes thousands at a time, with a key for each person and none twice', async () => {
    const app = await parts()
    await recordMany(app, 5_000)

    expect(await chainAll(app)).to.equal(5_000)

    await expectWhole(app, 5_000)
    expect(await count(app.db, 'audit_person_keys')).to.equal(1_000)
  })

  it('is one chain, however many processes are at it', async () => {
    const app = await parts()
    const url = secret(app.config.database?.application.reveal() ?? '')
    const db = openDatabase({ url, max: 5, log: app.log })
    afterTest(() => db.destroy())
    const sequencers = [app, { ...app, db }].map(openSequencer)

    for (let round = 0; round < 10; round++)
      await Promise.all([recordMany(app, 100), recordAll({ ...app, db }, byUser('ann'), times(10, signIn))])
    await Promise.all(sequencers.map((one) => one.close()))
    await chainAll(app)

    await expectWhole(app, 1_100)
  })

  it('is whole after a process was killed in the middle of it, and goes on', async () => {
    const app = await parts()
    await recordMany(app, 10_000)
    const port = String(await freePort())
    const program = run(['start'], { ...variablesOf(app), PORT: port, LOG_LEVEL: 'fatal' })
    await until(async () => (await count(app.db, 'audit_chain')) > 0, program)
    program.kill('SIGKILL')
    await program.ended

    expect((await lookAt(variablesOf(app))).first).to.equal(null)
    const left = await count(app.db, 'audit_inbox')
    expect(left).to.be.greaterThan(0)
    expect(await chainAll(app)).to.equal(left)
    await expectWhole(app, await count(app.db, 'audit_records'))
  })

  it('makes no writer wait: records commit while somebody holds the chains', async () => {
    const app = await parts()
    await transaction(app.db, async (tx) => {
      await tx.raw('select pg_advisory_xact_lock(4021960020)')
      await tx.raw('lock table audit_chain in access exclusive mode')
      const url = secret(app.config.database?.application.reveal() ?? '')
      const other = openDatabase({ url, max: 1, log: app.log })
      afterTest(() => other.destroy())
      await record(other, app.clock.now(), byUser('ann'), signIn)
      expect(await chainWaiting({ ...app, db: other }, new Set()), 'another one leaves at once').to.equal(0)
    })
    expect(await chainAll(app)).to.equal(1)
  })

  it('chains what a closing process has recorded last, and signs it', async () => {
    const app = await parts()
    const sequencer = openSequencer(app)
    await recordAll(app, byUser('ann'), times(3, signIn))

    await sequencer.close()

    expect(await app.db('audit_checkpoints').orderBy('sequence').pluck('sequence')).to.include('3')
    await expectWhole(app, 3)
  })

  it('is signed every minute while it grows, once, and not while it rests', async () => {
    const app = await parts()
    const minute = { olderThanSeconds: 55 }
    const signed = async () => app.db('audit_checkpoints').orderBy('signed_at').pluck<string[]>('sequence')
    const grow = async () => {
      await recordAll(app, byUser('ann'), [signIn])
      await chainWaiting(app, new Set())
    }

    await grow()
    await Promise.all([signHeads(app, minute), signHeads(app, minute)])
    await grow()
    await signHeads(app, minute)
    expect(await signed()).to.deep.equal(['1'])
    app.clock.advance(60)
    await signHeads(app, minute)
    expect(await signed()).to.deep.equal(['1', '2'])
    app.clock.advance(60)
    await signHeads(app, minute)
    expect(await signed()).to.deep.equal(['1', '2'])
  })

  it('says when it grew without being signed, as when its checkpoints were taken away', async () => {
    const app = await parts()
    for (let minutes = 0; minutes <= 20; minutes += 4) {
      await recordAll(app, byUser('ann'), [signIn])
      await chainAll(app)
      app.clock.advance(240)
    }
    expect((await lookAt(variablesOf(app))).first).to.equal(null)

    await app.db.raw('alter table audit_checkpoints disable trigger all')
    await app.db('audit_checkpoints').where('sequence', '>', 1).delete()

    expect((await lookAt(variablesOf(app))).first).to.include({ fault: 'unsigned', sequence: 2 })
  })

  it('is whole after an outage longer than it may stand unsigned: what was left is signed before it grows on', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [signIn])
    await chainWaiting(app, new Set())
    app.clock.advance(900)

    await recordAll(app, byUser('ann'), times(2, signIn))
    await chainAll(app)

    expect(await app.db('audit_checkpoints').orderBy('sequence').pluck('sequence')).to.deep.equal(['1', '3'])
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('is signed although a clock ran ahead before', async () => {
    const app = await parts()
    const tomorrow = { ...app, clock: { now: () => secondsAfter(app.clock.now(), 86_400) } }
    await recordAll(app, byUser('ann'), [signIn])
    await chainWaiting(app, new Set())
    await signHeads(tomorrow, { olderThanSeconds: 55 })

    await recordAll(app, byUser('ann'), [signIn])
    await chainWaiting(app, new Set())
    await signHeads(app, { olderThanSeconds: 55 })

    expect(await app.db('audit_checkpoints').orderBy('sequence').pluck('sequence')).to.deep.equal(['1', '2'])
  })

  it('takes no record a second time, whatever is put into the inbox, and nothing there holds up the rest', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [signIn])
    await chainAll(app)
    await app.db.raw(
      `insert into audit_inbox (record_id, class, recorded_at, person, personal)
       select r.id, r.class, r.recorded_at, 'eve', '{"ip": "192.0.2.66"}' from audit_records r`,
    )
    await app.db.raw(
      `insert into audit_inbox (record_id, class, recorded_at)
       select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'sign-in', now() from generate_series(1, 600) n`,
    )
    await recordAll(app, byUser('bob'), [signIn])

    expect(await chainAll(app)).to.equal(1)

    expect(await app.db('audit_chain').orderBy('sequence').pluck('holder')).to.deep.equal([
      'person:ann',
      'person:bob',
    ])
  })

  it('withstands change like the records, by whoever tries', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [signIn])
    await chainAll(app)
    for (const change of [
      `update audit_chain set hash = '\\x00'`,
      'delete from audit_chain',
      'truncate audit_chain',
      'truncate audit_chain_sign_in',
      `update audit_checkpoints set hash = '\\x00'`,
      'delete from audit_checkpoints',
      'truncate audit_checkpoints',
    ]) {
      const refusal: unknown = await app.db.raw(change).catch((error: unknown) => error)
      expect(refusal, change).to.have.property('code', '42501')
    }
    await expectWhole(app, 1)
  })
})
