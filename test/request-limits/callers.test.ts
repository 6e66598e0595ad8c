import { expect } from 'chai'

import { assignRole, removeRole } from '../../src/features/authorization/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { nativeApp, problem, refusal } from '../authentication/native/app.ts'
import { type Answer, type Me, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { type Stage, stage } from '../support/stage.ts'

/** Rates that a test reaches. */
const few = { user: 20, admin: 60, root_admin: 60 }

async function withFew(): Promise<Stage> {
  const built = await stage()
  await changeSetting(built.app, bySystem, 'limits.by_role', few)
  return built
}

/** All calls of a test within one minute of the clock, on which the counters begin anew. */
const nextMinute = ({ clock }: Stage): void => {
  clock.advance(60 - ((clock.now().getTime() / 1000) % 60))
}

async function callOften(me: Me, times: number, path = '/users/me'): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let n = 0; n < times; n++) answers.push(await me.call('GET', path))
  return answers
}

const statusesOf = (answers: Answer[]) => ({
  passed: answers.filter(({ status }) => status === 200).length,
  throttled: answers.filter(({ status }) => status === 429).length,
})

/** As the answer to one more call says it. */
const quotaOf = async (me: Me): Promise<string | null> =>
  (await me.call('GET', '/users/me')).headers.get('ratelimit-policy')

/** Until a message between processes has arrived. */
async function until(me: Me, policy: string): Promise<void> {
  let said = await quotaOf(me)
  for (let turn = 0; turn < 40 && said !== policy; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    said = await quotaOf(me)
  }
  expect(said).to.equal(policy)
}

async function raiseAlarm({ app, clock }: Stage): Promise<void> {
  await changeSetting(app, bySystem, 'lockout.alarm_failures_per_minute', 5)
  for (let n = 0; n < 5; n++) app.lockout.noteFailure()
  for (let turn = 0; turn < 60 && !app.lockout.isRaised('sign-in'); turn++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  expect(app.lockout.isRaised('sign-in'), `at ${clock.now().toISOString()}`).to.equal(true)
}

describe('how much one caller may ask for', () => {
  it('is said on each answer, ends with a problem that says when to come back, and begins anew', async () => {
    const built = await withFew()
    const [ann, bob] = [await signedIn(built), await signedIn(built)]
    nextMinute(built)

    const [first] = await callOften(ann, 1)
    expect(first?.headers.get('ratelimit-policy')).to.equal('"user";q=20;w=60')
    expect(first?.headers.get('ratelimit')).to.match(/^"user";r=19;t=(60|59)$/)
    expect(statusesOf(await callOften(ann, 22))).to.deep.equal({ passed: 19, throttled: 3 })

    const refused = await ann.call('GET', '/users/me')
    expect(refusal({ ...refused, text: '' })).to.deep.equal(problem(429, 'too_many_requests'))
    expect(refused.headers.get('content-type')).to.include('application/problem+json')
    expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60)
    expect(refused.headers.get('ratelimit')).to.match(/^"user";r=0;t=\d+$/)
    expect((await bob.call('GET', '/users/me')).status, 'somebody else from the same network').to.equal(200)
    expect(await built.app.db('audit_records').where({ action: 'access.throttled' })).to.have.lengthOf(1)

    nextMinute(built)
    expect((await ann.call('GET', '/users/me')).status).to.equal(200)
  })

  it('counts a person, whichever session and application they call with', async () => {
    const built = await withFew()
    const ann = await person(built.app)
    const [phone, laptop] = [await signedIn(built, { as: ann }), await signedIn(built, { as: ann })]
    nextMinute(built)
    await callOften(phone, 15)
    expect(statusesOf(await callOften(laptop, 10))).to.deep.equal({ passed: 5, throttled: 5 })
  })

  it('depends on the highest role, and a changed role or setting holds at once', async () => {
    const built = await withFew()
    const { app } = built
    const me = await signedIn(built)
    const held = { principal: { type: 'user' as const, id: me.id }, role: 'admin' }
    expect(await quotaOf(me)).to.equal('"user";q=20;w=60')

    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, held))
    expect(await quotaOf(me)).to.equal('"admin";q=60;w=60')
    await transaction(app.db, (tx) => removeRole(app, tx, bySystem, held))
    expect(await quotaOf(me)).to.equal('"user";q=20;w=60')

    await changeSetting(app, bySystem, 'limits.by_role', { ...few, user: 500 })
    await until(me, '"user";q=500;w=60')
  })

  it('is halved for people while the alarm is on, and not for administrators', async () => {
    const built = await withFew()
    const { app, clock } = built
    const ann = await signedIn(built)
    const root = await signedIn(built, { as: await person(app, { role: 'admin' }) })
    await raiseAlarm(built)

    expect(await quotaOf(ann)).to.equal('"user";q=10;w=60')
    expect(await quotaOf(root)).to.equal('"admin";q=60;w=60')
    clock.advance(601)
    expect(app.lockout.isRaised('sign-in')).to.equal(false)
  })

  it('is a quarter for five minutes for whoever looks for what is not theirs, but not for administrators', async () => {
    const built = await stage()
    const { app, clock } = built
    await changeSetting(app, bySystem, 'token.access_seconds', 3_600)
    const scan = (me: Me) => callOften(me, 30, '/admin/users/01900000-0000-7000-8000-000000000000')
    const ann = await signedIn(built)
    const bob = await signedIn(built)
    const root = await signedIn(built, { as: await person(app, { role: 'root_admin' }) })
    nextMinute(built)

    expect(new Set((await scan(ann)).map(({ status }) => status))).to.deep.equal(new Set([403]))
    expect(new Set((await scan(root)).map(({ status }) => status))).to.deep.equal(new Set([404]))
    await callOften(bob, 30)
    await callOften(bob, 20, '/admin/users') // refused as well, but fewer than half
    expect(await quotaOf(ann)).to.equal('"user";q=150;w=60')
    expect(await quotaOf(bob)).to.equal('"user";q=600;w=60')
    expect(await quotaOf(root)).to.equal('"root_admin";q=3000;w=60')

    nextMinute(built)
    expect(await quotaOf(ann), 'in the next minute').to.equal('"user";q=150;w=60')
    clock.advance(250)
    expect(await quotaOf(ann), 'after five minutes').to.equal('"user";q=600;w=60')
  })

  it('bounds an application that proves itself, and nobody can use up that of another', async () => {
    const built = await stage()
    const { app } = built
    await changeSetting(app, bySystem, 'limits.by_role', { client: 10 })
    const server = await nativeApp(app, { authentication: 'secret' })
    const phone = await nativeApp(app)
    const ask = (client: typeof server, more = {}) =>
      client.send('/auth/password/forgot', { login: 'nobody@example.com', ...more })
    nextMinute(built)

    for (let n = 0; n < 3; n++) expect((await ask(server, { client_secret: 'wrong' })).status).to.equal(401)
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) statuses.push((await ask(server)).status)
    expect(statuses).to.deep.equal([...Array<number>(10).fill(202), 429, 429])
    expect((await ask(phone)).status).to.equal(202)
  })

  it('asks PostgreSQL nothing besides what a call asks anyway', async () => {
    const built = await stage()
    const { app } = built
    const ann = await signedIn(built)
    await callOften(ann, 2)
    const counted = async () => {
      let queries = 0
      const count = () => {
        queries++
      }
      app.db.on('query', count)
      await ann.call('GET', '/users/me')
      app.db.removeListener('query', count)
      return queries
    }
    const first = await counted()
    expect(await counted()).to.equal(first)
    let queries = 0
    app.db.on('query', () => {
      queries++
    })
    await app.requestLimits.takeClient('somebody')
    expect(queries).to.equal(0)
  })

  const redis = process.env.TEST_REDIS_URL
  it('is one over all replicas where there is Redis, and of each process without', async () => {
    const built = await withFew()
    const { app, origin } = await built.replica()
    nextMinute(built)
    await changeSetting(app, bySystem, 'limits.by_role', { client: 10 })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const takeOf = async (limits: typeof app.requestLimits) => {
      let passed = 0
      for (let n = 0; n < 10; n++)
        passed += await limits.takeClient('one').then(
          () => 1,
          () => 0,
        )
      return passed
    }
    expect(await takeOf(built.app.requestLimits)).to.equal(10)
    expect(await takeOf(app.requestLimits), origin).to.equal(redis === undefined ? 10 : 0)
  })
})
