import { expect } from 'chai'

import { runTogether, type SharedStatement, sqlState, transaction } from '../../src/platform/db/index.ts'
import { parts } from '../support/parts.ts'

/** Divides a hundred, and says in which act of the database that was done. */
const divide: SharedStatement = {
  name: 'test_divide_v1',
  text: `select q.n, 100 / q.by as share, pg_current_xact_id()::text as act
         from jsonb_to_recordset($1::jsonb) as q (n integer, k integer, by integer)
         where q.k = 1`,
}

interface Row {
  share: number
  act: string
}

describe('a statement for several at once', () => {
  it('gives each caller what it asked for, in fewer statements than there are callers', async () => {
    const { db } = await parts()
    const asked = Array.from({ length: 20 }, (_, n) => n + 1)

    const rows = await Promise.all(asked.map((by) => runTogether<Row>(db, divide, { by })))

    expect(rows.map(([row]) => row?.share)).to.deep.equal(asked.map((by) => Math.floor(100 / by)))
    expect(new Set(rows.map(([row]) => row?.act)).size).to.be.below(asked.length)
  })

  it('fails for the one whose value does not fit, and for nobody else', async () => {
    const { db } = await parts()

    const settled = await Promise.allSettled([1, 0, 4].map((by) => runTogether<Row>(db, divide, { by })))

    const shares = settled.map((one) => (one.status === 'fulfilled' ? one.value[0]?.share : undefined))
    expect(shares).to.deep.equal([100, undefined, 25])
    expect(settled.flatMap((one) => (one.status === 'rejected' ? [sqlState(one.reason)] : []))).to.deep.equal(
      ['22012'],
    )
  })

  it('is asked by itself within a transaction, on its connection and no other', async () => {
    const { db } = await parts()

    const acts = await transaction(db, async (tx) => {
      const beside = runTogether<Row>(db, divide, { by: 1 }).then(
        () => 'answered',
        (error: unknown) => String(error),
      )
      expect(await beside).to.include('second connection')
      const both = [runTogether<Row>(tx, divide, { by: 1 }), runTogether<Row>(tx, divide, { by: 2 })]
      return (await Promise.all(both)).map(([row]) => row?.act)
    })

    expect(acts[0]).to.be.a('string')
    expect(acts[0]).to.equal(acts[1])
  })
})
