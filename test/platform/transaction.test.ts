import { expect } from 'chai'

import { sqlState, transaction, violatedUnique } from '../../src/platform/db/index.ts'
import { type Parts, parts } from '../support/parts.ts'

async function withCats(): Promise<Parts> {
  const app = await parts()
  await app.db.raw('create table cats (id integer primary key, lives integer not null)')
  await app.db.raw('insert into cats values (1, 9), (2, 9)')
  return app
}

const fail = (state: string) => `do $$ begin raise exception 'on purpose' using errcode = '${state}'; end $$`

const rejection = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

/** Something two sides wait for. */
function meeting(): { arrive(): Promise<void> } {
  let arrived = 0
  let open = (): void => undefined
  const both = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    arrive: () => {
      if (++arrived >= 2) open()
      return both
    },
  }
}

describe('a transaction', () => {
  it('is done again from its beginning after a deadlock, and takes effect once', async () => {
    const { db } = await withCats()
    const { arrive } = meeting()
    let runs = 0
    const take = (first: number, second: number) =>
      transaction(db, async (tx) => {
        runs++
        await tx.raw('update cats set lives = lives - 1 where id = ?', [first])
        await arrive()
        await tx.raw('update cats set lives = lives - 1 where id = ?', [second])
      })

    await Promise.all([take(1, 2), take(2, 1)])

    expect(runs).to.equal(3)
    const { rows } = await db.raw<{ rows: unknown[] }>('select id, lives from cats order by id')
    expect(rows).to.deep.equal([
      { id: 1, lives: 7 },
      { id: 2, lives: 7 },
    ])
  })

  for (const state of ['40P01', '40001']) {
    it(`gives up after the third ${state}`, async () => {
      const { db } = await parts()
      let runs = 0
      const error = await rejection(
        transaction(db, (tx) => {
          runs++
          return tx.raw(fail(state))
        }),
      )
      expect(runs).to.equal(3)
      expect(sqlState(error)).to.equal(state)
    })
  }

  it('is not done again after any other error', async () => {
    const { db } = await withCats()
    for (const work of ['insert into cats values (1, 9)', fail('55P03'), 'select nothing']) {
      let runs = 0
      const error = await rejection(
        transaction(db, (tx) => {
          runs++
          return tx.raw(work)
        }),
      )
      expect(runs, work).to.equal(1)
      expect(error, work).to.be.instanceOf(Error)
    }
  })

  it('leaves nothing behind when its work throws', async () => {
    const { db } = await withCats()
    const thrown = new Error('no')

    const error = await rejection(
      transaction(db, async (tx) => {
        await tx.raw('delete from cats')
        throw thrown
      }),
    )

    expect(error).to.equal(thrown)
    const { rows } = await db.raw<{ rows: unknown[] }>('select id from cats')
    expect(rows).to.have.lengthOf(2)
  })

  it('takes no second connection, which under load would starve the pool (told in tests)', async () => {
    const { db } = await parts()
    const error = await rejection(
      transaction(db, async () => {
        await db.raw('select 1')
      }),
    )
    expect(String(error)).to.include('a second connection was asked for inside a transaction')
    expect(await db.raw('select 1')).not.to.equal(null)
  })

  it('names the unique constraint it ran into, and nothing for other errors', async () => {
    const { db } = await withCats()
    expect(violatedUnique(await rejection(db.raw('insert into cats values (1, 9)')))).to.equal('cats_pkey')
    expect(violatedUnique(await rejection(db.raw('insert into cats values (3, null)')))).to.equal(undefined)
    expect(violatedUnique(null)).to.equal(undefined)
  })
})
