import { expect } from 'chai'

import { chainWaiting } from '../../src/features/audit/chain/chain-waiting.ts'
import { jobs } from '../../src/worker.ts'
import { signedIn } from '../support/my-api.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { atLogin, operator } from './support.ts'

describe('the audit log at the console', () => {
  const shared = sharedStage(async (opened) => ({
    ...opened,
    auditor: await operator(opened, { role: 'auditor' }),
  }))

  it('is looked into by the id of a request, and written out as it is filtered', async () => {
    const { app, auditor } = shared()
    const [row] = await app
      .db('audit_records')
      .where({ action: 'sign_in.succeeded', actor_id: auditor.id })
      .select<{ id: string; request_id: string }[]>('id', 'request_id')
    const asked = `request_id=${row?.request_id ?? ''}&class=sign-in`
    const shown = await auditor.go(`/console/audit?${asked}`)
    expect(shown.html)
      .to.include('sign_in.succeeded')
      .and.to.include(`value="${row?.request_id ?? ''}"`)
      .and.to.include(`href="/console/people/${auditor.id}"`)
    const [, link = ''] = /href="(\/console\/audit\/export[^"]*)"/.exec(shown.html) ?? []
    const file = await auditor.go(link.replaceAll('&amp;', '&'))
    expect(file.headers.get('content-disposition')).to.equal('attachment; filename="audit.ndjson"')
    const written = file.html.trimEnd().split('\n')
    expect(written.map((line) => (JSON.parse(line) as { id: string }).id)).to.include(row?.id)
    expect(written.every((line) => line.includes(row?.request_id ?? '-'))).to.equal(true)
    const support = await operator(shared(), { role: 'support' })
    expect((await support.go('/console/audit/export')).status).to.equal(403)
  })

  it('is verified as a whole by a job, one at a time, which tells the first bad record of each class', async () => {
    const { app, clock, auditor } = shared()
    const api = await signedIn(shared(), { as: auditor })
    await chainWaiting(app, new Set())
    await auditor.go('/console/audit/verify')
    expect((await auditor.browser.submit({}, { form: 1 })).html).to.include('The verification has begun.')
    const address = '/admin/audit/verifications'
    const second = await api.call('POST', address)
    expect([second.status, second.body.type]).to.deep.equal([
      409,
      'urn:gatehouse:problem:audit_verification_under_way',
    ])
    const newest = async () => {
      const [one] = (await api.call('GET', address)).body.items as Verification[]
      if (!one) throw new Error('no verification is listed')
      return one
    }
    const first = await newest()
    expect(first).to.include({ state: 'waiting', whole: null, ended_at: null })
    expect(first.started_by).to.deep.equal({ type: 'user', id: auditor.id })
    const run = async (id: string) => {
      const job = jobs(app).find(({ name }) => name === 'audit.verify')
      await job?.run({ id })
      await job?.run({ id }) // it leaves one result
      await app.db('graphile_worker._private_jobs').delete()
    }
    await run(first.id)
    const whole = await newest()
    expect(whole).to.include({ id: first.id, state: 'ended', whole: true })
    expect(whole.classes.map(({ class: of, first_bad: bad }) => [of, bad])).to.deep.equal([
      ['governance', null],
      ['sign-in', null],
      ['token', null],
    ])
    expect(whole.classes.find(({ class: of }) => of === 'sign-in')?.records).to.be.greaterThan(0)
    expect((await auditor.go('/console/audit')).html).to.include('Whole')

    await app.db.transaction(async (tx) => {
      await tx.raw('set local session_replication_role = replica') // no trigger runs
      await tx('audit_records').where({ action: 'session.started' }).update({ reason: 'forged' })
    })
    const started = await api.call('POST', address)
    expect(started.status, JSON.stringify(started.body)).to.equal(202)
    const id = String(started.body.id)
    await run(id)
    const { body } = await api.call('GET', `${address}/${id}`)
    const forged = (body.classes as Verification['classes']).find(({ first_bad: bad }) => bad !== null)
    expect([body.whole, forged?.first_bad?.fault]).to.deep.equal([false, 'edited'])
    const shown = (await auditor.go('/console/audit')).html
    expect(shown)
      .to.include('Not whole')
      .and.to.include(forged?.first_bad?.record_id ?? '-')
    expect((await api.call('GET', `${address}/${auditor.id}`)).status).to.equal(404)
    const left = String((await api.call('POST', address)).body.id)
    // What a killed process leaves behind: a job that is locked, for four hours as far as the queue is concerned.
    await app
      .db('graphile_worker._private_jobs')
      .update({ attempts: 1, locked_by: 'dead', locked_at: app.db.fn.now() })
    expect((await newest()).state).to.equal('running')
    clock.advance(59)
    expect((await api.call('POST', address)).status, 'it may be at work').to.equal(409)
    clock.advance(2)
    expect(await newest(), 'no sign of life').to.include({ id: left, state: 'given_up' })
    const asked = await Promise.all([api.call('POST', address), api.call('POST', address)])
    expect(asked.map(({ status }) => status).sort(), 'one takes its place').to.deep.equal([202, 409])
    const taken = await newest()
    expect(taken).to.include({ state: 'waiting' }).and.not.to.include({ id: left })
    const locked = await app
      .db('graphile_worker.jobs')
      .where({ locked_by: 'dead' })
      .select('attempts', 'max_attempts')
    expect(
      locked.map((one: Attempts) => one.attempts === one.max_attempts),
      'never again',
    ).to.deep.equal([true])
    clock.advance(30)
    const since = clock.now()
    await run(taken.id)
    const beats = await app.db('audit_verification_beats').where('at', '>=', since).pluck<string[]>('id')
    expect(beats, 'it said that it was at work').to.deep.equal([taken.id])
    expect(await newest()).to.include({ id: taken.id, state: 'ended' })
    expect((await api.call('GET', `${address}/${left}`)).body.state).to.equal('given_up')
    clock.advance(1200)
    expect(atLogin(await auditor.go('/console/audit')), 'is shown still').to.equal(false)
    expect(atLogin(await auditor.go('/console/audit/verify')), 'wants a recent sign-in').to.equal(true)
  })
})

interface Attempts {
  attempts: number
  max_attempts: number
}

interface Verification {
  id: string
  state: string
  whole: boolean | null
  started_by: object
  classes: { class: string; records: number; first_bad: { fault: string; record_id: string } | null }[]
}
