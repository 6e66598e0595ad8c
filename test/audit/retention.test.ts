import { expect } from 'chai'
import type { Knex } from 'knex'

import {
  countMachineIssues,
  openPartitions,
  record,
  rewrapPersonKeys,
} from '../../src/features/audit/index.ts'
import { dropOldMonths } from '../../src/features/audit/retention/drop-old-months.ts'
import type { AuditClass } from '../../src/features/audit/actions.ts'
import { verifiersOf } from '../../src/features/audit/chain/checkpoint.ts'
import { openExport } from '../../src/features/audit/verification/export.ts'
import { verifyFile } from '../../src/features/audit/verification/verify-file.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { parts, type Parts } from '../support/parts.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { byUser, chainAll, fileWith, lookAt, type Machinery, variablesOf } from './support.ts'

/** The same machinery in another time; the database's own clock stays where it is. */
const at = (app: Parts, time: string): Machinery => ({ ...app, clock: { now: () => new Date(time) } })

const days: Record<AuditClass, number> = { governance: 365, 'sign-in': 90, token: 30 }
const daysKept = async (of: AuditClass) => days[of]

/** One record of each class, chained and signed in that month. */
async function inMonth(app: Parts, month: string): Promise<void> {
  const then = at(app, `${month}-15T12:00:00.000Z`)
  await openPartitions(app.db, then.clock.now())
  for (const action of ['user.created', 'sign_in.succeeded', 'token.issued'] as const)
    await record(app.db, then.clock.now(), byUser('ann'), { action })
  await chainAll(then)
}

const left = async (db: Knex, of: AuditClass): Promise<string[]> =>
  (
    await db('audit_records')
      .where({ class: of, actor_id: 'ann' })
      .orderBy('recorded_at')
      .pluck<Date[]>('recorded_at')
  ).map((time) => time.toISOString().slice(0, 7))

async function years(): Promise<Parts> {
  const app = await parts()
  for (const month of ['2023-11', '2024-11', '2024-12', '2025-01']) await inMonth(app, month)
  return app
}

describe('retention of the audit log', function () {
  this.timeout(30_000)

  it('drops whole months once they are past their class’s time, and the rest verifies', async () => {
    const app = await years()

    await dropOldMonths(at(app, '2025-01-20T03:23:00.000Z'), daysKept)

    expect(await left(app.db, 'governance')).to.deep.equal(['2024-11', '2024-12', '2025-01'])
    expect(await left(app.db, 'sign-in')).to.deep.equal(['2024-11', '2024-12', '2025-01'])
    expect(await left(app.db, 'token')).to.deep.equal(['2024-12', '2025-01'])
    expect(
      await app.db('audit_chain').where({ class: 'token' }).orderBy('sequence').pluck('sequence'),
    ).to.deep.equal(['3', '4'])
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
    await dropOldMonths(at(app, '2025-02-20T03:23:00.000Z'), daysKept)
    expect(await left(app.db, 'token')).to.deep.equal(['2025-01'])
    await inMonth(app, '2025-02')
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('signs a cut before it drops, and records what it dropped', async () => {
    const app = await years()

    await dropOldMonths(at(app, '2025-01-20T03:23:00.000Z'), daysKept)

    const cuts = await app.db('audit_checkpoints').where({ kind: 'cut', class: 'token' }).select()
    expect(cuts).to.have.lengthOf(1)
    expect(cuts[0]).to.deep.include({ sequence: '2', dropped_before: new Date('2024-12-01T00:00:00Z') })
    const told = await app
      .db('audit_records')
      .where({ action: 'audit.partition_dropped', target_id: 'token' })
    expect(told).to.have.lengthOf(1)
    expect(told[0]).to.deep.include({
      class: 'governance',
      actor_type: 'system',
      details: { before: '2024-12-01T00:00:00.000Z', partitions: 8, throughSequence: 2, unchained: 0 },
    })
  })

  it('is told apart from a hand that deletes the oldest', async () => {
    const app = await years()
    await app.db.raw('drop table audit_records_token_2023_11; drop table audit_chain_token_2023_11')

    expect((await lookAt(variablesOf(app))).first).to.include({
      class: 'token',
      fault: 'deleted',
      sequence: 1,
    })

    await app.db.raw('drop table audit_records_governance_2023_11')
    expect((await lookAt(variablesOf(app))).first).to.include({
      class: 'governance',
      fault: 'deleted',
      sequence: 1,
    })
  })

  it('goes on from its last checkpoint when all of a class has gone', async () => {
    const app = await years()

    await dropOldMonths(at(app, '2025-05-20T03:23:00.000Z'), daysKept)
    expect(await left(app.db, 'token')).to.deep.equal([])
    await inMonth(app, '2025-05')

    expect(await app.db('audit_chain').where({ class: 'token' }).pluck('sequence')).to.deep.equal(['5'])
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('AD-14: drops nothing younger than the least time, whatever a setting or a stolen password asks for', async () => {
    const app = await parts()
    const now = app.clock.now()
    for (const action of ['user.created', 'sign_in.succeeded', 'token.issued'] as const)
      await record(app.db, now, bySystem, { action })
    await chainAll(app)
    const far = at(app, new Date(now.getTime() + 400 * 24 * 3_600_000).toISOString())

    const refusal: unknown = await dropOldMonths(far, async () => 1).catch((error: unknown) => error)

    expect(refusal).to.have.property('code', '42501')
    for (const each of ['governance', 'sign-in', 'token', 'other']) {
      const drop: unknown = await app.db
        .raw('select * from audit_drop_months(?, now(), now())', [each])
        .catch((error: unknown) => error)
      expect(drop, each).to.have.property('message').that.includes('are kept for')
    }
    const uncut: unknown = await app.db
      .raw(`select * from audit_drop_months('token', '2020-01-01', '2020-01-01')`)
      .catch((error: unknown) => error)
    expect(uncut).to.have.property('message').that.includes('signed before')
    expect(await app.db('audit_records').select('id')).to.have.lengthOf(3)
  })

  it('is accounted for under the current key-encryption key, once the keys were sealed anew', async () => {
    const app = await years()
    await dropOldMonths(at(app, '2025-01-20T03:23:00.000Z'), daysKept)
    const [old] = app.config.keyEncryptionKeys.reveal()
    const next = { id: 'next', bytes: randomBytes(32) }
    const both = at(app, '2025-01-21T00:00:00.000Z')
    both.config = { ...app.config, keyEncryptionKeys: secret([next, ...(old ? [old] : [])]) }
    const alone = { ...variablesOf(app), KEY_ENCRYPTION_KEY: `next:${next.bytes.toString('base64')}` }

    expect((await lookAt(alone)).first).to.include({ class: 'governance', fault: 'deleted' })
    await rewrapPersonKeys(both, bySystem)

    expect((await lookAt(alone)).first, 'although nothing was chained since').to.equal(null)
  })

  it('takes what waits of a month that goes with it, and says how much it was', async () => {
    const app = await years()
    const anew = { ...app.config, keyEncryptionKeys: secret([{ id: 'next', bytes: randomBytes(32) }]) }
    await record(app.db, new Date('2024-11-20T00:00:00Z'), byUser('ann'), { action: 'token.refused' })
    await chainAll({ ...at(app, '2025-01-16T00:00:00.000Z'), config: anew })
    expect(await app.db('audit_inbox').pluck('person'), 'its key does not open').to.deep.equal(['ann'])

    await dropOldMonths(at(app, '2025-01-20T03:23:00.000Z'), daysKept)

    expect(await app.db('audit_inbox').where({ class: 'token' }).pluck('person')).to.deep.equal([])
    const told = await app
      .db('audit_records')
      .where({ action: 'audit.partition_dropped', target_id: 'token' })
      .first<{ details: object }>('details')
    expect(told.details).to.include({ unchained: 1 })
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('leaves a chain that is exported whole, also where links of a default partition stay', async () => {
    const app = await parts()
    const early = at(app, '2023-11-15T12:00:00.000Z') // nobody opened this month's partition
    await record(app.db, early.clock.now(), byUser('ann'), { action: 'token.issued' })
    await chainAll(early)
    for (const month of ['2024-11', '2025-01']) await inMonth(app, month)
    const now = at(app, '2025-01-20T03:23:00.000Z')
    await dropOldMonths(now, daysKept)

    const exported = await openExport(now, { classes: ['token'], since: null, until: null, personal: false })
    const lines: string[] = []
    for await (const line of exported.lines()) lines.push(line)

    expect(exported.links).to.equal(1)
    const trust = { verifiers: verifiersOf(app.config), outside: [] }
    const { classes } = await verifyFile(fileWith(lines.join('\n')), trust, () => undefined)
    expect(classes[0]).to.include({ finding: null, from: 3, through: 3 })
  })

  it('signs nothing anew that nobody vouches for', async () => {
    const app = await years()
    const [old] = app.config.keyEncryptionKeys.reveal()
    const next = { id: 'next', bytes: randomBytes(32) }
    const config = { ...app.config, keyEncryptionKeys: secret([next, ...(old ? [old] : [])]) }
    await app.db.raw(`alter table audit_checkpoints disable trigger all`)
    await app.db('audit_checkpoints').where({ class: 'token', sequence: 4 }).update({ signature: '\\x00' })

    await rewrapPersonKeys({ ...app, config }, bySystem)

    const signed = await app.db('audit_checkpoints').where({ sequence: 4 }).orderBy('class').pluck('class')
    expect(signed).to.deep.equal(['governance', 'governance', 'sign-in', 'sign-in', 'token'])
  })

  it('removes old counts of machine tokens, and keys that seal nothing any more', async () => {
    const app = await years()
    const anonymous = { actor: { type: 'anonymous', id: null }, origin: byUser('x').origin } as const
    await record(app.db, new Date('2023-11-20T00:00:00Z'), anonymous, { action: 'token.refused' })
    await chainAll(at(app, '2025-01-16T00:00:00.000Z'))
    await countMachineIssues(app.db, new Date('2024-11-01T00:00:00Z'), 'robot', 1)
    await countMachineIssues(app.db, new Date('2025-01-19T00:00:00Z'), 'robot', 2)
    expect(await app.db('audit_person_keys').orderBy('holder').pluck('holder')).to.deep.equal([
      'nobody:2023-11',
      'person:ann',
    ])

    await dropOldMonths(at(app, '2025-01-20T03:23:00.000Z'), daysKept)

    expect(await app.db('audit_machine_issues').pluck('issued')).to.deep.equal(['2'])
    expect(await app.db('audit_person_keys').pluck('holder')).to.deep.equal(['person:ann'])
  })
})

describe('the settings of retention', () => {
  const opened = sharedStage()

  it('have a least and a default for each class', async () => {
    const { app } = opened()
    expect(await app.settings.get('audit.governance_days')).to.equal(2557)
    expect(await app.settings.get('audit.sign_in_days')).to.equal(365)
    expect(await app.settings.get('audit.token_days')).to.equal(90)
  })
})
