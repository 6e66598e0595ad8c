import { expect } from 'chai'

import { migrate } from '../../src/platform/db/index.ts'
import { isBearable } from '../../src/platform/db/later-migrations.ts'
import { command } from '../support/command.ts'
import { testVariables } from '../support/parts.ts'
import { sharedStage } from '../support/shared-stage.ts'

const expanding = '20991231235958_accounts_add_wings.ts'
const contracting = '20991231235959_accounts_drop_wings.ts'

describe('a schema that a later release has migrated', () => {
  const fixture = sharedStage()

  /** What a replica says that runs, what one hears that starts, and what the doctor says. */
  async function seen() {
    const { app, issuer } = fixture()
    const reply = await fetch(`${issuer}/health`)
    const { checks } = (await reply.json()) as { checks: Record<string, string> }
    const url = app.config.database?.application
    if (!url) throw new Error('a stage has a database')
    const started = await migrate({ application: url, migration: url, direct: url }).catch(String)
    const { stdout } = await command(['doctor', '--json'], testVariables(url.reveal()))
    const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string }[] }
    const doctor = findings.find(({ check }) => check === 'migrations')?.state
    return { running: checks.migrations, started, doctor }
  }

  async function withMigration(name: string) {
    const { db } = fixture().app
    await db('knex_migrations').insert({ name, batch: 9 })
    const told = await seen()
    await db('knex_migrations').where({ name }).delete()
    return told
  }

  it('is served, and left as it is, where it only has more', async () => {
    expect(await withMigration(expanding)).to.deep.equal({
      running: 'up',
      started: { applied: 0 },
      doctor: 'ok',
    })
  })

  it('is refused where something was taken away that this release did not say it can do without', async () => {
    const { started, ...told } = await withMigration(contracting)
    expect(told).to.deep.equal({ running: 'down', doctor: 'fail' })
    expect(started).to.match(/newer than this program \(it holds the migration \d+_accounts_drop_wings\.ts\)/)
    expect(isBearable(contracting)).to.equal(false)
    expect(isBearable(contracting, new Set(['accounts_drop_wings']))).to.equal(true)
    expect(isBearable(contracting, new Set(['accounts_drop_tail']))).to.equal(false)
  })

  it('is refused where one of this program is missing besides: the two are of different lines', async () => {
    const { db } = fixture().app
    const [last] = await db('knex_migrations').select<{ name: string }[]>('name').orderBy('name', 'desc')
    if (!last) throw new Error('a stage has migrations')
    await db('knex_migrations').where(last).update({ name: expanding })
    const { running, started } = await seen()
    await db('knex_migrations').where({ name: expanding }).update(last)
    expect(running).to.equal('down')
    expect(started).to.match(/newer than this program/)
  })
})
