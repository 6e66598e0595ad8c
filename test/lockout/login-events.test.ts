import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import {
  forgetLoginEventsOf,
  guardedVerify,
  jobs,
  listLoginEventsOf,
} from '../../src/features/lockout/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { person } from '../support/people.ts'
import { until } from '../support/process.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { behindProxy, openForm } from './support.ts'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'

async function opened() {
  const built = await stage(behindProxy)
  const ann = await person(built.app)
  const client = await relyingParty(built.app)
  const guess = await openForm(client)
  return { ...built, ann, client, guess }
}

const firstPage = { rows: 50, from: null }

describe('what is kept of attempts to sign in', () => {
  it('says what became of each, from where, and with which browser', async () => {
    const { app, ann, client, guess } = await opened()
    const right = {
      login: ann.email,
      password: ann.password,
      ip: '192.0.2.1',
      headers: { 'user-agent': firefox },
    }
    const { device = '' } = await guess(right)
    await guess({ ...right, password: 'wrong, at home', device })
    for (let turn = 0; turn < 7; turn++) await guess({ login: ann.username, ip: '192.0.2.2' })
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'a test')
    await guess({ ...right, device })

    const events = await listLoginEventsOf(app.db, ann.id, firstPage)

    expect(events.map(({ outcome, reason, ip }) => `${outcome} ${String(reason)} ${ip}`)).to.deep.equal([
      'refused account_disabled 192.0.2.1',
      'throttled too_many_attempts 192.0.2.2', // once, though two were refused
      ...Array.from({ length: 5 }, () => 'failure wrong_credentials 192.0.2.2'),
      'failure wrong_credentials 192.0.2.1',
      'success null 192.0.2.1',
    ])
    const [disabled, , , , , , , wrong, success] = events
    expect(disabled).to.include({ browser: 'Firefox', system: 'Windows', clientId: client.clientId })
    expect(wrong?.deviceId).to.be.a('string')
    expect(success?.deviceId, 'what it was remembered as').to.equal(wrong?.deviceId)
  })

  it('comes in pages, newest first', async () => {
    const { app, ann, guess } = await opened()
    for (let turn = 0; turn < 3; turn++) await guess({ login: ann.email, ip: '192.0.2.2' })
    const [first, ...others] = await listLoginEventsOf(app.db, ann.id, firstPage)
    if (!first) throw new Error('nothing was kept')
    const from = { key: first.at.toISOString(), id: first.id }
    expect(await listLoginEventsOf(app.db, ann.id, { rows: 2, from })).to.deep.equal(others)
  })

  it('knows nobody’s names by a keyed hash only, and forgets all after its days', async () => {
    const { app, ann, guess, clock } = await opened()
    await guess({ login: 'my password by mistake', ip: '192.0.2.3' })
    await guess({ login: ann.email, ip: '192.0.2.3' })
    const rows = await app.db('login_events').select<{ user_id: string | null }[]>('*').orderBy('id')
    expect(rows.map(({ user_id: userId }) => userId)).to.deep.equal([null, ann.id])
    expect(JSON.stringify(rows)).not.to.include('my password').and.not.to.include(ann.email)

    await changeSetting(app, bySystem, 'login_events.days', 2)
    await until(async () => (await app.settings.get('login_events.days')) === 2) // it arrives by the bus
    const sweep = () => Promise.all(jobs(app).map(({ run }) => run(null)))
    await sweep()
    expect(await app.db('login_events')).to.have.lengthOf(2)
    clock.advance(2 * 24 * 3600 + 1)
    await sweep()
    expect(await app.db('login_events')).to.have.lengthOf(0)
    expect(
      await app.db('lockout_buckets').whereNot({ kind: 'account-strangers' }).where({ kind: 'network-hour' }),
    ).to.have.lengthOf(0)
  })

  it('forgets a person', async () => {
    const { app, ann, guess } = await opened()
    await guess({ login: ann.email, ip: '192.0.2.4' })
    await forgetLoginEventsOf(app.db, ann.id)
    expect(await listLoginEventsOf(app.db, ann.id, firstPage)).to.deep.equal([])
  })
})

describe('proving a password again while signed in', () => {
  it('PW-08: is throttled, leaves the sign-in alone, and starts afresh with the right one', async () => {
    const { app, ann, guess } = await opened()
    const by = anonymous({ requestId: 'test', ip: '192.0.2.5', userAgent: firefox })
    const prove = (password: string) =>
      guardedVerify(app, by, ann, password, 'change_password').catch((error: unknown) => error)

    const outcomes = await Promise.all(Array.from({ length: 100 }, () => prove('not it')))

    expect(outcomes.filter((outcome) => outcome === false)).to.have.lengthOf(5)
    expect(outcomes.find((outcome) => outcome !== false)).to.include({
      code: 'too_many_attempts',
      status: 429,
    })
    expect(await prove(ann.password)).to.include({ code: 'too_many_attempts' })
    expect((await guess({ login: ann.email, password: ann.password, ip: '192.0.2.6' })).status).to.equal(303)
    expect((await listLoginEventsOf(app.db, ann.id, firstPage)).at(-1)).to.include({
      reason: 'change_password',
    })
  })

  it('tells right from wrong', async () => {
    const { app, ann, clock } = await opened()
    const by = anonymous({ requestId: 'test', ip: '192.0.2.7', userAgent: '' })
    for (let turn = 0; turn < 4; turn++)
      expect(await guardedVerify(app, by, ann, 'not it', 'confirm')).to.equal(false)
    expect(await guardedVerify(app, by, ann, ann.password, 'confirm')).to.equal(true)
    clock.advance(1)
    for (let turn = 0; turn < 4; turn++)
      expect(await guardedVerify(app, by, ann, 'not it', 'confirm')).to.equal(false)
  })
})
