import { expect } from 'chai'
import knex from 'knex'

import { secret } from '../../src/platform/crypto/index.ts'
import { knownMigrations, migrate } from '../../src/platform/db/index.ts'
import { emptyDatabase } from '../support/database.ts'
import { afterTest } from '../support/parts.ts'

/** Changes `user_imports`. */
const change = '20261127010000_imports_add_tries.ts'

describe('a migration', () => {
  it('keeps nobody waiting behind it for long when its table is in use, and is done when it is free', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const databases = { application: secret(url), migration: secret(url), direct: secret(url) }
    await migrate(databases, { upTo: [...knownMigrations()].filter((name) => name < change) })
    const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } })
    afterTest(() => db.destroy())
    const report = await db.transaction()
    await report('user_imports').count()

    const migrated = migrate(databases)
    const waits = () => db('pg_locks').where({ granted: false, mode: 'AccessExclusiveLock' })
    while ((await waits()).length === 0) await new Promise(setImmediate)
    const [row] = await db('user_imports').count() // behind the change, which gives up

    expect(row).to.deep.equal({ count: '0' })
    await report.commit()
    expect(await migrated).to.deep.equal({
      applied: [...knownMigrations()].filter((name) => name >= change).length,
    })
  })
})
