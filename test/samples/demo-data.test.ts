import { expect } from 'chai'
import knex from 'knex'

import { answered, command } from '../support/command.ts'
import { freshDatabase } from '../support/database.ts'
import { afterTest, testVariables } from '../support/parts.ts'

describe('sample data', function () {
  this.timeout(60_000)

  it('fills a system with people and weeks of history, once, the same for the same seed, and goes again', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    const variables = testVariables(url)
    const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
    afterTest(() => db.destroy())

    const startedAt = performance.now()
    const made = await answered<Record<string, unknown>>(['demo-data', '--people', '200'], variables)
    expect(performance.now() - startedAt).to.be.below(20_000)
    expect(made).to.include({
      created: true,
      people: 200,
      clients: 10,
      apis: 3,
      login: 'sam.sample@example.com',
    })
    expect(made.sign_ins).to.be.above(1000)

    const [users] = await db('users').select<Record<string, unknown>[]>(
      db.raw('count(*)::int as people, count(distinct locale)::int as languages'),
      db.raw(`bool_and(email ~ '@example\\.(com|net|org)$') as theirs`),
      db.raw(`count(*) filter (where status = 'disabled')::int as disabled`),
      db.raw(`count(*) filter (where status = 'locked')::int as locked`),
      db.raw('count(*) filter (where email_verified_at is null)::int as unverified'),
    )
    expect(users).to.include({ people: 200, theirs: true })
    for (const kind of ['languages', 'disabled', 'locked', 'unverified'] as const)
      expect(Number(users?.[kind]), kind).to.be.above(1)
    const roles = await db<{ role: string }>('assignments').distinct('role')
    expect(roles.map(({ role }) => role)).to.have.members(['support', 'auditor'])
    const { rows: days } = await db.raw<{ rows: { weekday: number; attempts: number; failed: number }[] }>(
      `select extract(dow from at)::int as weekday, count(*)::int as attempts,
         (count(*) filter (where outcome <> 'success'))::int as failed
       from login_events where ip <> '203.0.113.66' group by 1`,
    )
    const on = (day: number) => days.find(({ weekday }) => weekday === day)?.attempts ?? 0
    expect(on(0), 'Sundays are quieter than Tuesdays').to.be.below(on(2) / 2)
    expect(days.every(({ failed }) => failed > 0)).to.equal(true)
    const [{ late } = { late: null }] = await db('audit_records').select(
      db.raw(`count(*) filter (where recorded_at > now() + interval '1 minute')::int as late`),
    )
    expect(late, 'nothing is of tomorrow').to.equal(0)
    const months = await db('audit_records').distinct(db.raw('tableoid::regclass::text as name'))
    expect(months.map(({ name }: { name: string }) => name).join(' ')).not.to.include('default')

    expect(await answered(['demo-data'], variables)).to.deep.equal({ created: false, seed: 1, people: 200 })
    const exported = `${variables.DATA_DIR ?? ''}/export.jsonl`
    expect((await command(['audit', 'export', '--output', exported], variables)).code).to.equal(0) // chains what waits
    const verified = await answered<{ whole: boolean; classes: { waiting: number }[] }>(
      ['audit', 'verify'],
      variables,
    )
    expect(verified.whole).to.equal(true)
    expect(verified.classes.map(({ waiting }) => waiting)).to.deep.equal([0, 0, 0])

    const names = async () =>
      (
        await db<{ name: string }>('users')
          .whereNot('status', 'deleted')
          .select('name', 'email', 'created_at')
          .orderBy('email')
      ).map(({ name }) => name)
    const first = await names()
    expect(await answered(['demo-data', '--remove'], variables)).to.include({
      removed: true,
      people: 200,
      clients: 10,
    })
    expect(await names()).to.deep.equal([])
    expect((await command(['demo-data', '--remove'], variables)).code).to.equal(1)
    await answered(['demo-data', '--people', '200'], variables)
    expect(await names()).to.deep.equal(first)
  })

  it('is refused in production, before anything is opened', async () => {
    const { code, stderr } = await command(['demo-data', '--seed', '2'], {
      ...testVariables('postgres://nobody@127.0.0.1:9/none'),
      ...{ NODE_ENV: 'production', ISSUER: 'https://id.example.com', SMTP_URL: 'smtp://127.0.0.1:9' },
      MAIL_FROM: 'gatehouse@example.com',
    })
    expect(code).to.equal(1)
    expect(stderr).to.include('refused in production')
  })
})
