import { expect } from 'chai'
import { Command } from 'commander'

import { commands } from '../../src/features/jobs/index.ts'
import { type Job, openWorker, publish, type Reaction } from '../../src/features/outbox/index.ts'
import { enqueue } from '../../src/features/outbox/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { afterTest } from '../support/parts.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

describe('work that failed, by /admin/jobs', () => {
  const fixture = sharedStage<Stage & { admin: Me; auditor: Me }>(async (stage) => ({
    ...stage,
    admin: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
    auditor: await signedIn(stage, { as: await person(stage.app, { role: 'auditor' }) }),
  }))

  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const work = async (jobs: Job[], reactions: Reaction[] = []): Promise<void> => {
    const { app } = fixture()
    const worker = await openWorker(app, app.databases, { jobs, reactions })
    afterTest(() => worker.close())
  }

  it('is seen, and runs when it is tried again; of two who try one does', async () => {
    const { app, admin, auditor } = fixture()
    let works = false
    let done = 0
    const job: Job = {
      name: 'test.letter',
      run: async () => {
        if (!works) throw new Error('secret@example.com is away')
        done++
      },
    }
    await enqueue(app.db, job.name, { to: 'secret@example.com' })
    await work([job])
    const listed = async (query = '') =>
      (await admin.call('GET', `/admin/jobs?name=test.letter${query}`)).body.items as Record<
        string,
        unknown
      >[]
    await until(async () => (await listed()).some(({ state }) => state === 'failing'))
    const [failed = {}] = await listed()
    expect(failed).to.include({ name: 'test.letter', last_error: 'test.letter failed', attempts: 1 })
    expect(JSON.stringify(failed), 'what it works on').not.to.include('secret@')
    expect(await listed('&state=dead')).to.deep.equal([])
    const retry = `/admin/jobs/${String(failed.id)}/retry`
    expect((await auditor.call('POST', retry)).status).to.equal(403)
    works = true
    const statuses = await Promise.all([1, 2].map(() => admin.call('POST', retry)))
    expect(statuses.map(({ status }) => status).sort()).to.deep.equal([204, 404])
    await until(() => done === 1)
    expect(problemOf(await admin.call('POST', retry))).to.equal('job_not_failed')
    expect(problemOf(await admin.call('DELETE', '/admin/jobs/1'))).to.equal('job_not_failed')
  })

  it('is removed when nobody needs it, by command too', async () => {
    const { app, admin } = fixture()
    await enqueue(app.db, 'test.nobody', {})
    await app.db.raw(
      `update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'test.nobody failed'
       where task_id = (select id from graphile_worker._private_tasks where identifier = 'test.nobody')`,
    )
    const said: string[] = []
    const write = process.stdout.write.bind(process.stdout)
    const program = new Command().exitOverride()
    commands(program, () => Promise.resolve(app))
    process.stdout.write = (text) => said.push(String(text)) > 0
    try {
      await program.parseAsync(['job', 'list', '--state', 'dead', '--json'], { from: 'user' })
    } finally {
      process.stdout.write = write
    }
    const { jobs } = JSON.parse(said.join('')) as { jobs: { id: string; name: string }[] }
    const [dead] = jobs.filter(({ name }) => name === 'test.nobody')
    expect((await admin.call('DELETE', `/admin/jobs/${dead?.id}`)).status).to.equal(204)
    expect((await admin.call('GET', '/admin/jobs?name=test.nobody&state=all')).body.items).to.deep.equal([])
    const now = (await admin.call('GET', '/admin/statistics/now')).body
    expect(now.queue).to.include.keys('dead', 'waiting', 'events')
    expect(now.keys).to.have.lengthOf(3)
  })

  it('is a reaction that was given up, which sees its event once more', async () => {
    const { app, admin } = fixture()
    const seen: string[] = []
    const reaction: Reaction = {
      name: 'test.reaction',
      on: ['auth.setting.changed'],
      react: async (_tx, { id }) => void seen.push(id),
    }
    const at = app.clock.now()
    const ids = ['one', 'two'].map(() =>
      publish(app.db, at, bySystem, { type: 'auth.setting.changed', subject: 'test', data: {} }),
    )
    const [id = '', other = ''] = await Promise.all(ids)
    await app
      .db('outbox_deliveries')
      .insert([id, other].map((event_id) => ({ event_id, reaction: reaction.name, outcome: 'given-up', at })))
    await app.db('outbox_events').whereIn('id', [id, other]).update({ delivered_at: at })
    const path = '/admin/reactions'
    const { items } = (await admin.call('GET', `${path}?limit=1`)).body as { items: object[] }
    expect(items).to.have.lengthOf(1)
    expect(items[0]).to.include({ reaction: reaction.name, type: 'auth.setting.changed', subject: 'test' })

    expect((await admin.call('POST', `${path}/${id}/${reaction.name}/retry`)).status).to.equal(204)
    expect((await admin.call('DELETE', `${path}/${other}/${reaction.name}`)).status).to.equal(204)
    for (const gone of [id, other])
      expect(problemOf(await admin.call('DELETE', `${path}/${gone}/${reaction.name}`))).to.equal(
        'reaction_not_given_up',
      )
    await work([], [reaction])
    await until(() => seen.length > 0)
    expect(seen).to.deep.equal([id])
  })

  it('is a dead letter, tried again by its destination', async () => {
    const { app, admin } = fixture()
    const at = app.clock.now()
    const row = (id: string, destination: string, state: string) => ({
      ...{ id, kind: 'test', destination, key: id, data: {}, caused_at: at, created_at: at },
      ...{ expires_at: at, state, due_at: at, ended_at: state === 'waiting' ? null : at },
    })
    const id = (last: number) => `01900000-0000-7000-8000-00000000000${last}`
    await app
      .db('deliveries')
      .insert([row(id(1), 'a', 'refused'), row(id(2), 'b', 'expired'), row(id(3), 'a', 'delivered')])
    const listed = async (query: string) =>
      ((await admin.call('GET', `/admin/deliveries?kind=test&${query}`)).body.items as { id: string }[]).map(
        (one) => one.id,
      )
    expect(await listed('')).to.have.members([id(1), id(2)])
    expect(await listed('destination=a&state=all')).to.have.members([id(1), id(3)])
    const retry = (body: object) => admin.call('POST', '/admin/deliveries/retry', body)
    expect((await retry({ kind: 'test', destination: 'a' })).body).to.deep.equal({ retried: 1 })
    expect(await listed('')).to.deep.equal([id(2)])
    expect(problemOf(await retry({ kind: 'test', id: id(3) }))).to.equal('delivery_not_found')
    expect((await retry({})).status).to.equal(400)
  })
})
