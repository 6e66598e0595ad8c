import { expect } from 'chai'

import { record } from '../../src/features/audit/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { parts } from '../support/parts.ts'

async function withOneRecord() {
  const { db, clock } = await parts()
  await record(db, clock.now(), bySystem, { action: 'user.created' })
  const found = await db('audit_records').select<{ table: string }[]>(
    db.raw('tableoid::regclass::text as "table"'),
  )
  return { db, partition: found[0]?.table ?? '' }
}

const changes: [what: string, statement: (partition: string) => string][] = [
  ['an update', () => `update audit_records set reason = 'forged'`],
  ['an update of its partition', (partition) => `update ${partition} set reason = 'forged'`],
  ['moving it to another class', () => `update audit_records set class = 'token'`],
  ['a delete', () => 'delete from audit_records'],
  ['a delete from its partition', (partition) => `delete from ${partition}`],
  ['truncating the table', () => 'truncate audit_records'],
  ['truncating its class', () => 'truncate audit_records_governance'],
  ['truncating its partition', (partition) => `truncate ${partition}`],
  ['truncating a default partition', () => 'truncate audit_records_token_default'],
]

describe('an audit record once written', () => {
  it('withstands every way to change, move or remove it', async () => {
    const { db, partition } = await withOneRecord()

    for (const [what, statement] of changes) {
      const refusal: unknown = await db.raw(statement(partition)).catch((error: unknown) => error)
      expect(refusal, what).to.have.property('code', '42501')
      expect(refusal, what).to.have.property('message').that.includes('append-only')
    }
    expect(await db('audit_records').select('reason', 'class')).to.deep.equal([
      { reason: null, class: 'governance' },
    ])
  })

  it('leaves only with its month, by dropping the partition', async () => {
    const { db, partition } = await withOneRecord()

    await db.raw('drop table ??', [partition])

    expect(await db('audit_records').select('id')).to.deep.equal([])
  })
})
