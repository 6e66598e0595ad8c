import { expect } from 'chai'
import type { Knex } from 'knex'

import { jobs, openPartitions, record } from '../../src/features/audit/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { parts } from '../support/parts.ts'

const far = new Date('2031-12-15T12:00:00Z')

async function tablesOf(db: Knex): Promise<string[]> {
  const rows = await db('audit_records').select<{ table: string }[]>(
    db.raw('tableoid::regclass::text as "table"'),
  )
  return rows.map((row) => row.table)
}

describe('partitions of the audit records', () => {
  it('are there for the present month from the first migration on', async () => {
    const { db, clock } = await parts()

    const states = (await openPartitions(db, clock.now())).map(({ state }) => state)

    expect(states).to.deep.equal(Array.from({ length: 18 }, () => 'existing'))
  })

  it('are opened for this and the next two months of every class, across the turn of the year', async () => {
    const { db } = await parts()

    const partitions = await openPartitions(db, far)

    const governance = partitions.slice(0, 3).map(({ name, state }) => `${name} ${state}`)
    expect(governance).to.deep.equal([
      'audit_records_governance_2031_12 opened',
      'audit_records_governance_2032_01 opened',
      'audit_records_governance_2032_02 opened',
    ])
    expect(partitions).to.have.lengthOf(18)
    expect(partitions.map(({ name }) => name)).to.include('audit_chain_token_2032_02')
    const indexes = await db('pg_indexes')
      .where('tablename', 'audit_records_token_2032_02')
      .pluck<string[]>('indexdef')
    const onRequest = /\(request_id, recorded_at\) WHERE \(request_id IS NOT NULL\)/
    expect(
      indexes.filter((index) => onRequest.test(index)),
      'with the indexes of the others',
    ).to.have.lengthOf(1)
    await record(db, new Date('2032-02-29T23:59:59.999Z'), bySystem, { action: 'token.issued' })
    await record(db, new Date('2031-12-01T00:00:00Z'), bySystem, { action: 'sign_in.failed' })
    expect(await tablesOf(db)).to.have.members([
      'audit_records_token_2032_02',
      'audit_records_sign_in_2031_12',
    ])
  })

  it('are opened once when many processes start together', async () => {
    const { db } = await parts()

    const calls = await Promise.all(Array.from({ length: 5 }, () => openPartitions(db, far)))

    const opened = calls.flat().filter(({ state }) => state === 'opened')
    expect(opened).to.have.lengthOf(18)
  })

  it('withstand change like the first ones', async () => {
    const { db } = await parts()
    await openPartitions(db, far)
    await record(db, far, bySystem, { action: 'user.created' })

    for (const change of [
      'truncate audit_records_governance_2031_12',
      'delete from audit_records_governance_2031_12',
    ]) {
      const refusal: unknown = await db.raw(change).catch((error: unknown) => error)
      expect(refusal).to.have.property('code', '42501')
    }
  })

  it('are not needed: a record of a month without one is kept in the default partition', async () => {
    const { db } = await parts()

    await record(db, far, bySystem, { action: 'user.created' })

    expect(await tablesOf(db)).to.deep.equal(['audit_records_governance_default'])
  })

  it('leave a month to the default partition that already has records of it', async () => {
    const { db, config, clock, log } = await parts()
    await record(db, far, bySystem, { action: 'user.created' })

    clock.advance((far.getTime() - clock.now().getTime()) / 1000)
    await jobs({ db, config, clock, log }, async () => 365)
      .find(({ name }) => name === 'audit.partitions')
      ?.run({})

    const states = await openPartitions(db, far)
    expect(states.find(({ name }) => name === 'audit_records_governance_2031_12')).to.have.property(
      'state',
      'left',
    )
    expect(states.filter(({ state }) => state === 'existing')).to.have.lengthOf(17)
    await record(db, far, bySystem, { action: 'user.deleted' })
    expect(await tablesOf(db)).to.deep.equal([
      'audit_records_governance_default',
      'audit_records_governance_default',
    ])
  })
})
