import { expect } from 'chai'
import type { Knex } from 'knex'

import { type AuditRecord, countMachineIssues, record, toRecord } from '../../src/features/audit/index.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { run, transaction } from '../../src/platform/db/index.ts'
import { parts } from '../support/parts.ts'

const ann: By = {
  actor: { type: 'user', id: '0190c0de-0000-7000-8000-000000000001' },
  origin: { requestId: 'request-1', ip: '192.0.2.1', userAgent: 'Firefox on Linux' },
}

interface Waiting {
  person: string | null
  personal: Record<string, unknown> | null
}

const waitingIn = (db: Knex): Promise<Waiting[]> =>
  db('audit_inbox').select<Waiting[]>('person', 'personal').orderBy('record_id')

describe('an audit record', () => {
  it('tells who did what to which thing, with what outcome; from where is kept apart, with whose it is', async () => {
    const { db, clock } = await parts()
    const at = clock.now()

    await record(db, at, ann, {
      action: 'user.disabled',
      outcome: 'denied',
      target: { type: 'user', id: 'bob' },
      reason: 'left the company',
      organizationId: 'acme',
      changes: { before: { status: 'active' }, after: { status: 'disabled' } },
      details: { attempt: 2 },
      personal: { before: { name: 'Bob' }, after: { name: 'Robert' } },
    })

    const [found] = await db('audit_records').select<AuditRecord[]>()
    expect(found).to.include({
      class: 'governance',
      action: 'user.disabled',
      outcome: 'denied',
      actor_type: 'user',
      actor_id: ann.actor.id,
      target_type: 'user',
      target_id: 'bob',
      organization_id: 'acme',
      reason: 'left the company',
      request_id: 'request-1',
      ip: null,
      user_agent: null,
    })
    expect(found?.recorded_at).to.deep.equal(at)
    expect(found?.changes).to.deep.equal({ before: { status: 'active' }, after: { status: 'disabled' } })
    expect(found?.details).to.deep.equal({ attempt: 2 })
    expect(await waitingIn(db)).to.deep.equal([
      {
        person: ann.actor.id,
        personal: {
          ip: '192.0.2.1',
          user_agent: 'Firefox on Linux',
          changes: { before: { name: 'Bob' }, after: { name: 'Robert' } },
        },
      },
    ])
  })

  it('concerns the user who acts, else the user it is about, else nobody who is known', async () => {
    const { db, clock } = await parts()
    const { origin } = ann
    const target = { type: 'user', id: 'bob' }
    const cases: [By, { type: string; id: string } | undefined][] = [
      [ann, target],
      [{ actor: { type: 'anonymous', id: null }, origin }, target],
      [
        { actor: { type: 'client', id: 'web' }, origin },
        { type: 'client', id: 'web' },
      ],
      [bySystem, target],
    ]
    for (const [index, [by, about]] of cases.entries())
      await record(db, new Date(clock.now().getTime() + index), by, {
        action: 'sign_in.failed',
        ...(about && { target: about }),
      })

    const personal = { ip: '192.0.2.1', user_agent: 'Firefox on Linux' }
    expect(await waitingIn(db)).to.deep.equal([
      { person: ann.actor.id, personal },
      { person: 'bob', personal },
      { person: null, personal },
      { person: 'bob', personal: null },
    ])
  })

  it('is taken from the release before as it comes, which knows nothing of an inbox', async () => {
    const { db, clock } = await parts()
    const { personal, ...older } = toRecord(clock.now(), ann, { action: 'user.created' })

    await db.raw('select audit_append(?::jsonb)', [JSON.stringify([older])])

    expect(personal).to.equal(null)
    expect(await db('audit_records').select('ip', 'user_agent')).to.deep.equal([
      { ip: null, user_agent: null },
    ])
    expect((await waitingIn(db)).map(({ person }) => person)).to.deep.equal([ann.actor.id])
  })

  it('is undone with the act it describes', async () => {
    const { db, clock } = await parts()

    const failed = transaction(db, async (tx) => {
      await record(tx, clock.now(), bySystem, { action: 'user.created' })
      throw new Error('the act failed')
    })

    expect(await failed.catch((error: unknown) => error)).to.have.property('message', 'the act failed')
    expect(await db('audit_records').select('id')).to.deep.equal([])
  })

  it('fails the act when it cannot be written (OWASP ASVS 5.0, 16.5.3)', async () => {
    const { db, clock } = await parts()
    await db.raw('create table acts (id integer)')
    await db.raw(`alter table audit_records add constraint broken check (action <> 'user.created')`)

    const failed = transaction(db, async (tx) => {
      await tx('acts').insert({ id: 1 })
      await record(tx, clock.now(), bySystem, { action: 'user.created' })
    })

    expect(await failed.catch((error: unknown) => error)).to.have.property('code', '23514')
    expect(await db('acts').select('id')).to.deep.equal([])
  })

  it('cannot be forged or broken by text from outside', async () => {
    const { db, clock } = await parts()
    const userAgent = `evil\r\n\u001b[31m\u202efake \u0000\ud800${'x'.repeat(5_000)}`
    const by: By = { ...ann, origin: { requestId: 'r\u0000', ip: '192.0.2.1\n', userAgent } }

    await record(db, clock.now(), by, {
      action: 'sign_in.failed',
      reason: `a\u2028b${'y'.repeat(5_000)}`,
      target: { type: 'user', id: 'z'.repeat(5_000) },
      details: { typed: `1\u00002${'w'.repeat(5_000)}` },
      changes: {
        before: { list: Array.from({ length: 500 }, () => 'v') },
        after: { a: { b: { c: { d: { e: 1 } } } } },
      },
    })

    const [found] = await db('audit_records').select<AuditRecord[]>()
    const [waiting] = await waitingIn(db)
    expect(waiting?.personal?.user_agent)
      .to.match(/^evil \[31m fake x+$/)
      .and.have.length.within(200, 300)
    expect(waiting?.personal?.ip).to.equal('192.0.2.1')
    expect(found).to.include({ request_id: 'r' })
    expect(found?.reason)
      .to.match(/^a by+$/)
      .and.have.lengthOf(500)
    expect(found?.target_id).to.have.lengthOf(200)
    expect(found?.details)
      .to.have.property('typed')
      .that.matches(/^1 2w+$/)
      .and.has.lengthOf(1_000)
    expect(found?.changes).to.have.nested.property('before.list').with.lengthOf(50)
    expect(found?.changes).to.have.nested.property('after.a.b.c.d', '…')
  })

  it('can be appended with others in a statement of a hot path, each in its class', async () => {
    const { db, clock } = await parts()
    const records = [
      toRecord(clock.now(), bySystem, { action: 'token.issued', details: { count: 1 } }),
      toRecord(clock.now(), ann, { action: 'sign_in.succeeded' }),
    ]

    const text = 'with kept as (select audit_append($1::jsonb) as written) select written from kept'
    const answer = await run<{ written: number }>(db, { name: 'test_append', text }, [
      JSON.stringify(records),
    ])

    expect(answer).to.deep.equal([{ written: 2 }])
    expect(await db('audit_records').select('class', 'action', 'actor_id').orderBy('class')).to.deep.equal([
      { class: 'sign-in', action: 'sign_in.succeeded', actor_id: ann.actor.id },
      { class: 'token', action: 'token.issued', actor_id: null },
    ])
  })
})

describe('tokens that machines fetch', () => {
  it('are counted per client and minute, also from many connections at once', async () => {
    const { db } = await parts()
    const at = new Date('2026-11-22T10:00:30.500Z')

    await Promise.all(Array.from({ length: 20 }, () => countMachineIssues(db, at, 'robot', 1)))
    await countMachineIssues(db, new Date('2026-11-22T10:01:00Z'), 'robot', 1)

    const counted = await db('audit_machine_issues')
      .select<{ client_id: string; minute: Date; issued: string }[]>('client_id', 'minute')
      .sum('issued as issued')
      .groupBy('client_id', 'minute')
      .orderBy('minute')
    expect(counted).to.deep.equal([
      { client_id: 'robot', minute: new Date('2026-11-22T10:00:00Z'), issued: '20' },
      { client_id: 'robot', minute: new Date('2026-11-22T10:01:00Z'), issued: '1' },
    ])
  })
})
