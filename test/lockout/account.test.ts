import { expect } from 'chai'

import { findUser, setUserStatus } from '../../src/features/accounts/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { liftLockout, withinLimits } from '../../src/features/lockout/index.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { type Answer, behindProxy, type Guess, looked, openForm } from './support.ts'

const hour = 3600

/** One more is due after 2 s, another after 4 s more, and a flood may take that long to be answered. */
const onSlowMachine = 2

describe('guessing the password of one account', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const client = await relyingParty(app)
    return { app, issuer, guess: await openForm(client) }
  }, behindProxy)

  it('is slowed from one network after five, and told when to come back', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const answers: Answer[] = []
    for (let turn = 0; turn < 6; turn++) answers.push(await guess({ login: ann.email, ip: '192.0.2.1' }))

    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401, 401, 401, 401, 429])
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).to.be.within(1, 2)
    expect(answers.at(-1)?.html).to.include('sign in with a browser you have used here before')
    expect((await guess({ login: ann.email, password: ann.password, ip: '192.0.2.2' })).status).to.equal(303)
  })

  it('LK-02: looks at no more than five of 200 from one network that are released together', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const flood = Array.from({ length: 200 }, () => guess({ login: ann.email, ip: '192.0.2.11' }))

    const answers = await Promise.all(flood)

    expect(looked(answers)).to.be.within(5, 5 + onSlowMachine)
    const verified = await app.db('audit_records').where({ action: 'sign_in.failed', target_id: ann.id })
    expect(verified).to.have.lengthOf(looked(answers))
  })

  it('LK-02: looks at no more than ten of 200 from 200 networks that are released together', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const flood = Array.from({ length: 200 }, (_, n) => guess({ login: ann.email, ip: `198.51.${n}.1` }))
    expect(looked(await Promise.all(flood))).to.be.within(10, 10 + onSlowMachine)
  })

  it('LG-05: counts every spelling of a name as one', async () => {
    const { app, guess } = shared()
    const ann = await person(app, { username: 'admin.of.all' })
    const spellings = ['admin.of.all', 'ADMIN.of.all', 'ADMIN.OF.ALL', 'ａｄｍｉｎ.of.all', 'Admin.Of.All']
    for (const login of spellings) expect((await guess({ login, ip: '192.0.2.21' })).status).to.equal(401)
    const right = await guess({ login: ann.username, password: ann.password, ip: '192.0.2.21' })
    expect(right.status).to.equal(429)
  })

  it('LG-09: goes by the address the proxy saw, whatever else the request says', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const forged: Guess['headers'][] = [
      { 'x-real-ip': '8.8.8.8' },
      { forwarded: 'for=8.8.4.4' },
      { 'x-forwarded-for': '9.9.9.9, 192.0.2.31' },
      { 'x-forwarded-for': 'evil, 192.0.2.31' },
      { 'x-forwarded-for': ',,,192.0.2.31' },
      { 'x-forwarded-for': '10.0.0.1, 192.0.2.31' },
    ]
    const answers: Answer[] = []
    for (const headers of forged)
      answers.push(await guess({ login: ann.email, ip: '192.0.2.31', ...(headers && { headers }) }))
    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401, 401, 401, 401, 429])
  })

  it('LG-08: has no second path to the same form', async () => {
    const { issuer, guess } = shared()
    const { headers } = await guess({ login: 'nobody@example.com', ip: '192.0.2.41' })
    expect(headers.get('content-type')).to.include('text/html')
    for (const path of [
      '/interaction/x/LOGIN',
      '//interaction/x/login',
      '/interaction/x/login/',
      '/interaction/x/login;a',
    ])
      expect(
        (await fetch(issuer + path, { method: 'POST', headers: { origin: issuer } })).status,
        path,
      ).to.equal(404)
  })

  it('LG-06: somebody’s address is counted as theirs, and no user name can be one', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    for (let turn = 0; turn < 5; turn++) await guess({ login: ann.email, ip: '192.0.2.51' })
    const other = await guess({ login: ann.username, password: ann.password, ip: '192.0.2.52' })
    expect(other.status).to.equal(303)
    const refused = await person(app, { username: ann.email }).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'username_invalid' })
  })

  it('LK-05: answers the right password of a throttled account like a wrong one, and nobody’s name like somebody’s', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const nobody = 'nobody-at-all@example.com'
    for (let turn = 0; turn < 5; turn++) {
      await guess({ login: ann.email, ip: '192.0.2.61' })
      await guess({ login: nobody, ip: '192.0.2.61' })
    }
    const right = await guess({ login: ann.email, password: ann.password, ip: '192.0.2.61' })
    const wrong = await guess({ login: ann.email, ip: '192.0.2.61' })
    const unknown = await guess({ login: nobody, ip: '192.0.2.61' })

    expect([right.status, wrong.status, unknown.status]).to.deep.equal([429, 429, 429])
    const same = ({ html }: Answer) => html.replaceAll(ann.email, 'X').replaceAll(nobody, 'X')
    expect(same(right)).to.equal(same(wrong))
    expect(same(unknown)).to.equal(same(wrong))
    const names = ({ headers }: Answer) => [...headers.keys()]
    expect(names(right)).to.deep.equal(names(wrong))
    expect(names(unknown)).to.deep.equal(names(wrong))
  })

  it('LG-01: says the same, byte by byte, of nobody, a wrong password, and locked, disabled and pending accounts', async () => {
    const { app, guess } = shared()
    const [ann, locked, disabled, pending] = await Promise.all([
      person(app),
      person(app),
      person(app),
      person(app),
    ])
    await setUserStatus(app, bySystem, locked.id, 'locked', 'a test')
    await setUserStatus(app, bySystem, disabled.id, 'disabled', 'a test')
    await app.db('users').where({ id: pending.id }).update({ status: 'pending' })
    const logins = ['nobody-here@example.com', ann.email, locked.email, disabled.email, pending.email]

    const answers: { body: string; headers: string[]; status: number }[] = []
    for (const [turn, login] of logins.entries()) {
      const { html, headers, status } = await guess({ login, ip: `192.0.2.${70 + turn}` })
      answers.push({ body: html.replaceAll(login, 'X'), headers: [...headers.keys()], status })
    }
    const right = await guess({ login: locked.email, password: locked.password, ip: '192.0.2.80' })
    answers.push({
      body: right.html.replaceAll(locked.email, 'X'),
      headers: [...right.headers.keys()],
      status: right.status,
    })

    expect(answers[0]?.status).to.equal(401)
    for (const answer of answers) expect(answer).to.deep.equal(answers[0])
  })

  it('ends the row of failures when the right password comes', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const fail = () => guess({ login: ann.email, ip: '192.0.2.91' })
    for (let turn = 0; turn < 4; turn++) await fail()
    await guess({ login: ann.email, password: ann.password, ip: '192.0.2.91' })
    for (let turn = 0; turn < 4; turn++) expect((await fail()).status).to.equal(401)
  })

  it('never keeps a known device out, however many strangers guess', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const { device } = await guess({ login: ann.email, password: ann.password, ip: '203.0.113.1' })
    const flood = Array.from({ length: 30 }, (_, n) => guess({ login: ann.email, ip: `203.0.${n}.9` }))
    await Promise.all(flood)
    expect((await guess({ login: ann.email, password: ann.password, ip: '203.0.113.2' })).status).to.equal(
      429,
    )

    const home = await guess({
      login: ann.email,
      password: ann.password,
      ip: '203.0.113.1',
      device: device ?? '',
    })
    expect(home.status).to.equal(303)
    const away = await guess({ login: ann.email, password: ann.password, ip: '203.0.113.2' })
    expect(away.status, 'their own sign-in opened it to their other devices').to.equal(303)
  })

  it('counts a known device for itself: a stolen one guesses no faster', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const { device = '' } = await guess({ login: ann.email, password: ann.password, ip: '203.0.113.3' })
    const answers = await Promise.all(Array.from({ length: 40 }, () => guess({ login: ann.email, device })))
    expect(looked(answers)).to.be.within(10, 10 + onSlowMachine)
  })

  it('takes nobody else’s device for a known one', async () => {
    const { app, guess } = shared()
    const [ann, mallory] = await Promise.all([person(app), person(app)])
    const { device = '' } = await guess({
      login: mallory.email,
      password: mallory.password,
      ip: '203.0.113.4',
    })
    const guesses = Array.from({ length: 40 }, () => guess({ login: ann.email, device, ip: '203.0.113.4' }))
    expect(looked(await Promise.all(guesses))).to.be.within(5, 5 + onSlowMachine)
  })

  it('LK-02: counts to five exactly, whatever comes at the same moment', async () => {
    const { app } = shared()
    const by = anonymous({ requestId: 'test', ip: '203.0.113.6', userAgent: '' })
    const attempt = { login: 'at-once@example.com', user: null, deviceId: null, proof: null, clientId: 'x' }
    let looks = 0
    const look = () => {
      looks++
      return Promise.resolve(false)
    }
    await Promise.allSettled(Array.from({ length: 50 }, () => withinLimits(app, by, attempt, look)))
    expect(looks).to.equal(5)
  })

  it('does not count an attempt whose password could not be looked at', async () => {
    const { app } = shared()
    const by = anonymous({ requestId: 'test', ip: '203.0.113.5', userAgent: '' })
    const attempt = { login: 'busy@example.com', user: null, deviceId: null, proof: null, clientId: 'x' }
    const fail = () => withinLimits(app, by, attempt, () => Promise.reject(new Error('busy')))
    for (let turn = 0; turn < 4; turn++) await fail().catch(() => null)
    const outcomes: boolean[] = []
    for (let turn = 0; turn < 5; turn++)
      outcomes.push(await withinLimits(app, by, attempt, () => Promise.resolve(false)))
    expect(outcomes).to.deep.equal([false, false, false, false, false])
  })
})

/** Guesses at one name by the use case itself, with hashing left out; how many passwords were looked at. */
async function besieged(given: { guesses: number; hours: number; networks: number; names: number }) {
  const { app, clock } = await stage()
  const ann = await person(app)
  const user = await findUser(app.db, ann.id)
  const looks: number[] = []
  const attempt = async (n: number, login: string, ok = false) => {
    const ip = `10.${n % given.networks}.0.1`
    const by = anonymous({ requestId: 'test', ip, userAgent: '' })
    const tried = { login, user, deviceId: null, proof: null, clientId: 'x' }
    return withinLimits(app, by, tried, () => {
      looks.push(clock.now().getTime())
      return Promise.resolve(ok)
    }).catch((error: unknown) => error)
  }
  const together = 20
  for (let n = 0; n < given.guesses; n += together) {
    const turn = Array.from({ length: together }, (_, more) => n + more)
    await Promise.all(turn.map((one) => attempt(one, one % given.names === 0 ? ann.email : ann.username)))
    clock.advance((given.hours * hour * together) / given.guesses)
  }
  return { app, ann, looks, attempt }
}

describe('a siege of one account', () => {
  it('LK-01: a day of guesses from 100 networks gets 15 looks an hour and 50 in all at one name', async () => {
    const { looks } = await besieged({ guesses: 2_000, hours: 24, networks: 100, names: 1 })

    expect(looks).to.have.lengthOf(50)
    const mostInAnHour = Math.max(
      ...looks.map((from) => looks.filter((at) => at >= from && at < from + hour * 1000).length),
    )
    expect(mostInAnHour).to.be.at.most(30) // two windows may meet in any one hour
    for (const window of [0, 1, 2]) {
      const begin = (looks[0] ?? 0) + window * hour * 1000
      expect(looks.filter((at) => at >= begin && at < begin + hour * 1000)).to.have.length.at.most(15)
    }
  })

  it('LK-01: gets no more than 100 in a row under both of its names', async () => {
    const { looks, app, ann, attempt } = await besieged({
      guesses: 1_000,
      hours: 48,
      networks: 100,
      names: 2,
    })
    expect(looks).to.have.lengthOf(100)

    expect(
      await app.db('outbox_events').where({ type: 'auth.sign_in.stopped', subject: ann.id }),
    ).to.have.lengthOf(2)
    expect(await attempt(0, ann.email, true)).to.include({ code: 'too_many_attempts' })
    await transaction(app.db, (tx) => liftLockout(app, tx, ann.id))
    expect(await attempt(0, ann.email, true)).to.equal(true)
  })
})

describe('what ends a lockout', () => {
  it('is a new password, which the account’s events bring along', async () => {
    const { app } = await stage({ ...behindProxy, worker: true })
    const ann = await person(app)
    const guess = await openForm(await relyingParty(app))
    const flood = Array.from({ length: 20 }, (_, n) => guess({ login: ann.email, ip: `10.9.${n}.1` }))
    await Promise.all(flood)
    const next = 'another quiet harbour at dusk'
    const hashed = await app.passwords.hash(next)
    await transaction(app.db, (tx) => setPassword(app, tx, bySystem, ann.id, hashed))

    let status = 429
    for (let turn = 0; turn < 40 && status === 429; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      status = (await guess({ login: ann.email, password: next, ip: `10.10.${turn}.1` })).status
    }
    expect(status).to.equal(303)
  })
})
