import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import knex, { type Knex } from 'knex'

import { down, up } from '../../migrations/20261126153000_accounts_index_for_search.ts'
import { listUsers } from '../../src/features/administration/users/find-users.ts'
import { ListUsers } from '../../src/features/administration/users/schema.ts'
import { emptyDatabase } from '../support/database.ts'
import { afterTest } from '../support/parts.ts'
import { openTestServer } from '../support/test-server.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'

async function at<Result>(url: string, work: (db: Knex) => Promise<Result>): Promise<Result> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** What the migration leaves where a role that may make tables does or does not own the database as well. */
async function madeBy({ owner }: { owner: boolean }): Promise<string | null> {
  const { url, drop } = await emptyDatabase()
  const role = `maker_${randomUUID().slice(0, 8)}`
  await at(url, async (db) => {
    await db.raw(`create role ?? login password 'hunter2'`, [role])
    if (owner) await db.raw('alter database ?? owner to ??', [new URL(url).pathname.slice(1), role])
    await db.raw('grant all on schema public to ??', [role])
  })
  afterTest(async () => {
    await drop()
    await at(await openTestServer(), (db) => db.raw('drop role ??', [role]))
  })
  const own = new URL(url)
  own.username = role
  own.password = 'hunter2'
  return at(own.href, async (db) => {
    await db.raw('create table users (id uuid, email text, username text, name text)')
    await db.raw('create table profiles (user_id uuid, phone_number text)')
    await up(db)
    const { rows } = await db.raw<{ rows: { index: string | null }[] }>(
      `select to_regclass('users_search')::text as index`,
    )
    await down(db)
    return rows[0]?.index ?? null
  })
}

describe('the index that people are searched by', () => {
  it('is made by whoever owns the database, and done without where the extension is refused', async () => {
    expect(await madeBy({ owner: true })).to.equal('users_search')
    expect(await madeBy({ owner: false })).to.equal(null)
  })

  it('is not needed to find people by how they begin', async () => {
    const { app } = await stage()
    await person(app, { email: 'begins@search.example', name: 'Grace Hopper' })
    const found = async (search: string) => (await listUsers(app, ListUsers.parse({ search }))).items.length
    expect([await found('opper'), await found('grace')]).to.deep.equal([1, 1])
    await app.db.raw('drop index users_search')
    expect([await found('opper'), await found('grace'), await found('begins@')]).to.deep.equal([0, 1, 1])
  })
})
