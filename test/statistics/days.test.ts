import { expect } from 'chai'

import { recordAll } from '../../src/features/audit/index.ts'
import { chainWaiting } from '../../src/features/audit/chain/chain-waiting.ts'
import { countEvents, jobs } from '../../src/features/statistics/index.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { quantilesOf } from '../../src/platform/metrics.ts'
import { signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'

const by = (id: string): By => ({ actor: { type: 'user', id }, origin: null })
const stranger: By = { actor: { type: 'anonymous', id: null }, origin: null }

interface Day extends Record<string, unknown> {
  day: string
}

describe('statistics by day', () => {
  it('count every record once, on its own side of midnight, whoever counts and however often', async () => {
    const built = await stage()
    const { app, clock } = built
    const me = await signedIn(built, { as: await person(app, { role: 'auditor' }) })
    await chainWaiting(app, new Set())
    await countEvents(app)
    await app.db('statistics_days').delete() // what signing in came to
    await app.db('statistics_people').delete()
    const tomorrow = new Date(clock.now().toISOString().slice(0, 10)).getTime() + 86_400_000
    const [late, early] = [new Date(tomorrow - 1), new Date(tomorrow)]
    const entry = (action: 'sign_in.succeeded' | 'token.refreshed' | 'registration.succeeded') => ({ action })
    const failure = (reason: string) => ({ action: 'sign_in.failed', outcome: 'failure', reason }) as const
    await recordAll(app.db, late, by('ann'), [
      entry('sign_in.succeeded'),
      entry('token.refreshed'),
      entry('registration.succeeded'),
    ])
    await recordAll(app.db, late, stranger, [
      failure('wrong_credentials'),
      failure('wrong_credentials'),
      failure('locked'),
    ])
    await recordAll(app.db, early, by('ann'), [entry('token.refreshed')])
    await recordAll(app.db, early, by('bob'), [entry('sign_in.succeeded'), entry('sign_in.succeeded')])
    await recordAll(app.db, early, bySystem, [entry('token.refreshed')]) // nobody's
    await chainWaiting(app, new Set())
    await Promise.all([countEvents(app), countEvents(app), countEvents(app)])
    await recordAll(app.db, early, by('ann'), [entry('sign_in.succeeded')])
    await chainWaiting(app, new Set())
    await countEvents(app)
    expect(await countEvents(app), 'all is counted').to.equal(0)

    const until = early.toISOString().slice(0, 10)
    const { body, status } = await me.call('GET', `/admin/statistics?until=${until}`)
    expect(status, JSON.stringify(body)).to.equal(200)
    expect((body.days as Day[]).length).to.equal(30)
    const [first, second] = (body.days as Day[]).slice(-2)
    expect(first).to.deep.equal({
      day: late.toISOString().slice(0, 10),
      sign_ins: 1,
      failures: 3,
      failures_by_reason: { wrong_credentials: 2, locked: 1 },
      registrations: 1,
      tokens: 1,
      active_users: 1,
    })
    expect(second).to.include({
      day: early.toISOString().slice(0, 10),
      sign_ins: 3,
      tokens: 2,
      active_users: 2,
      failures: 0,
    })
    expect(body.totals).to.include({ sign_ins: 4, failures: 3 })
    expect(body.totals, 'two days of thirty').to.deep.include({ active_users_by_day: { mean: 0.1, most: 2 } })
    expect(body.counted_at).to.be.a('string')

    for (const query of [
      'from=2026-11-02&until=2026-11-01',
      'from=2020-01-01&until=2026-01-01',
      'from=x',
      'from=2026-01-01',
      'until=0000-01-05',
    ])
      expect((await me.call('GET', `/admin/statistics?${query}`)).status, query).to.equal(400)
    const forget = jobs(app).find(({ name }) => name === 'statistics.forget')
    clock.advance(9 * 86_400)
    await forget?.run({})
    expect(await app.db('statistics_people'), 'the chain has not come to those days').to.have.lengthOf(3)
  })

  it('tell the time to dark as its buckets do', () => {
    const bucket = (le: number | '+Inf', value: number) => ({ metricName: 'x_bucket', labels: { le }, value })
    const values = [bucket(0.1, 50), bucket(0.2, 90), bucket(1, 100), bucket('+Inf', 100)]
    expect(quantilesOf(values)?.p99).to.be.closeTo(0.92, 1e-9)
    expect(quantilesOf(values)).to.include({ p50: 0.1, count: 100 })
    expect(quantilesOf([bucket(0.1, 0), bucket('+Inf', 0)])).to.equal(null)
    expect(quantilesOf([bucket(0.1, 0), bucket('+Inf', 4)])).to.deep.equal({ p50: 0.1, p99: 0.1, count: 4 })
  })
})
