import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

import { assessSignIn, refusedSignIn } from '../../src/features/risk/index.ts'
import { type SettingKey, changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { type NativeApp, nativeApp, problem, refusal, tokensOf } from '../authentication/native/app.ts'
import { asks, codeIn, letterTo, offered } from '../authentication/by-mail/support.ts'
import { openForm } from '../lockout/support.ts'
import { mailedCode } from '../factors/sent-support.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { mmdb } from '../support/mmdb.ts'
import { type Person, person } from '../support/people.ts'
import { until } from '../support/process.ts'
import { clearUp } from './support.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'

const vienna = '192.0.2.10'
const sydney = '198.51.100.10'
const hidden = '203.0.113.10'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'

describe('an unusual sign-in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-risk-'))
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const variables = {
    TRUST_PROXY: '127.0.0.1,::1',
    GEOIP_FILE: join(folder, 'cities.mmdb'),
    ANONYMISER_LIST: join(folder, 'anonymisers'),
  }
  writeFileSync(
    variables.GEOIP_FILE,
    mmdb([
      { network: '192.0.2.0/24', country: 'AT', latitude: 48.2, longitude: 16.37, radius: 5 },
      { network: '198.51.100.0/24', country: 'AU', latitude: -33.87, longitude: 151.2, radius: 5 },
    ]),
  )
  writeFileSync(variables.ANONYMISER_LIST, '203.0.113.0/24\n')

  const prepare = async (opened: Stage) => ({ ...opened, phone: await nativeApp(opened.app) })
  const shared = sharedStage(prepare, { variables, worker: true })

  const from = (phone: NativeApp, ann: Person, ip: string, more: object = {}) =>
    phone.send(
      '/auth/login',
      { login: ann.email, password: ann.password, ...more },
      { 'x-forwarded-for': ip, 'user-agent': firefox },
    )

  /** Moves all that a person did into the past, so that a shared clock need not move. */
  const daysAgo = (app: Stage['app'], { id }: Person, days: number) =>
    app.db.raw("update login_events set at = at - ? * interval '1 day' where user_id = ?", [days, id])

  const lastOf = async (app: Stage['app'], { id }: Person) =>
    app
      .db('login_events')
      .select<{ outcome: string; reason: string | null; risk_score: number; risk_reasons: string[] }[]>(
        ...['outcome', 'reason', 'risk_score', 'risk_reasons'],
      )
      .where({ user_id: id })
      .orderBy('id', 'desc')
      .first()

  it('is none the first time, nor from the same device and place again', async () => {
    const { app, phone } = shared()
    const ann = await person(app)
    const { device_token: device } = tokensOf(await from(phone, ann, vienna))
    expect(await lastOf(app, ann)).to.deep.include({ risk_score: 0, risk_reasons: [] })
    expect((await from(phone, ann, vienna, { device_token: device })).status).to.equal(200)
    expect(await lastOf(app, ann)).to.deep.include({ risk_score: 0, risk_reasons: [] })
  })

  it('of a new device in a new country is told of by one letter, with reasons, and let in', async () => {
    const { app, phone } = shared()
    const ann = await person(app)
    await from(phone, ann, vienna)
    await daysAgo(app, ann, 3)

    expect((await from(phone, ann, sydney)).status).to.equal(200)

    expect(await lastOf(app, ann)).to.deep.include({
      risk_score: 60,
      risk_reasons: ['device_new', 'network_new', 'country_new'],
    })
    const mail = await mailTo(app, ann.email, 'unusual-sign-in')
    expect(mail.text).to.include('A country you had not signed in from lately').and.include(sydney)
    expect(mail.text).to.include('Firefox, Windows')
    await until(
      async () =>
        (await app.db('outbox_events').where({ subject: ann.id, type: 'auth.device.added' })).length === 1,
    )
    expect((await mailsTo(app, ann.email)).map(({ letter }) => letter)).to.deep.equal(['unusual-sign-in'])
  })

  it('of a new device alone is told of as before', async () => {
    const { app, phone } = shared()
    const ann = await person(app)
    await from(phone, ann, vienna)
    await from(phone, ann, vienna)
    expect(await lastOf(app, ann)).to.deep.include({ risk_score: 25, risk_reasons: ['device_new'] })
    await mailTo(app, ann.email, 'new-device')
    expect((await mailsTo(app, ann.email)).map(({ letter }) => letter)).to.deep.equal(['new-device'])
  })

  it('of impossible travel demands a factor, and says so in the record and the event', async () => {
    const { app, phone } = shared()
    const ann = await person(app)
    const { device_token: device } = tokensOf(await from(phone, ann, vienna))

    const demanded = await from(phone, ann, sydney, { device_token: device })
    expect(refusal(demanded)).to.deep.equal(problem(401, 'mfa_required'))
    await clearUp(phone, demanded.body, () => mailedCode(app, ann.email), {
      more: { device_token: device },
      headers: { 'x-forwarded-for': sydney, 'user-agent': firefox },
    })

    const reasons = 'network_new country_new travel_impossible'
    const event = await app
      .db('outbox_events')
      .select<{ data: unknown }[]>('data')
      .where({ subject: ann.id, type: 'auth.sign_in.unusual' })
      .first()
    expect(event?.data).to.include({ userId: ann.id, verdict: 'factor', score: 100, reasons })
    const records = () =>
      app
        .db('audit_records')
        .select<{ details: object }[]>('details')
        .where({ target_id: ann.id, action: 'sign_in.succeeded' })
        .orderBy('id')
    await until(async () => (await records()).length === 2)
    expect((await records())[1]?.details).to.include({ risk: 100, riskReasons: reasons })
  })

  it('from a network that hides where people are, or after failures, counts more', async () => {
    const { app, phone } = shared()
    const ann = await person(app)
    await from(phone, ann, vienna)
    await from(phone, ann, hidden)
    expect(await lastOf(app, ann)).to.deep.include({
      risk_reasons: ['device_new', 'network_new', 'anonymiser'],
    })

    const bob = await person(app)
    const { device_token: device } = tokensOf(await from(phone, bob, vienna))
    for (let turn = 0; turn < 5; turn++)
      await from(phone, bob, vienna, { password: 'not it at all', device_token: device })
    await from(phone, bob, vienna, { device_token: device })
    expect(await lastOf(app, bob)).to.deep.include({ risk_score: 20, risk_reasons: ['account_failures'] })
  })

  it('after many failures from its network says so', async () => {
    const { app, phone } = shared()
    const ip = '192.0.2.99'
    const ann = await person(app)
    for (let turn = 0; turn < 30; turn++)
      await from(phone, { ...ann, email: `nobody${turn}@example.com` }, ip, { password: 'not it at all' })
    await from(phone, ann, ip)
    expect(await lastOf(app, ann)).to.deep.include({ risk_score: 15, risk_reasons: ['network_failures'] })
  }).timeout(40_000)

  it('that was disowned says nothing about where its person usually is', async () => {
    const { app, phone } = shared()
    const ann = await person(app)
    await from(phone, ann, vienna)
    await daysAgo(app, ann, 3)
    await from(phone, ann, sydney)
    await app
      .db('login_events')
      .where({ user_id: ann.id, risk_score: 60 })
      .update({ disowned_at: new Date() })
    await daysAgo(app, ann, 3)
    await from(phone, ann, sydney)
    expect((await lastOf(app, ann))?.risk_reasons).to.include.members(['network_new', 'country_new'])
  })
})

describe('what an assessment costs', () => {
  it('is one statement, whoever it is, and none to learn that nothing is refused', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const by = anonymous({ requestId: 'test', ip: vienna, userAgent: '' })
    const signIn = { userId: ann.id, deviceId: null, clientId: 'client' }
    await assessSignIn(app, by, signIn) // by now the settings are in memory
    const pool = app.db.client as { acquireConnection(): Promise<unknown> }
    const acquire = pool.acquireConnection.bind(pool)
    let taken = 0
    pool.acquireConnection = () => {
      taken++
      return acquire()
    }
    await assessSignIn(app, by, signIn)
    await assessSignIn(app, by, { ...signIn, userId: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10' })
    expect(taken).to.equal(2)
    expect(await refusedSignIn(app, by, signIn)).to.equal(null)
    expect(taken).to.equal(2)
  })
})

describe('a sign-in that is refused for its risk', () => {
  const set = async ({ app }: Stage, key: SettingKey, value: number) => {
    await changeSetting(app, bySystem, key, value)
    await until(async () => (await app.settings.get(key)) === value) // it arrives by the bus
  }

  it('gets the answer of a wrong password, is recorded with its reasons, and told of once', async () => {
    const opened = await stage({ variables: { TRUST_PROXY: '127.0.0.1,::1' }, worker: true })
    const { app } = opened
    const [ann, phone] = [await person(app), await nativeApp(app)]
    const from = (ip: string, more: object = {}) =>
      phone.send(
        '/auth/login',
        { login: ann.email, password: ann.password, ...more },
        { 'x-forwarded-for': ip },
      )
    const { device_token: device } = tokensOf(await from(vienna))
    await set(opened, 'risk.refuse_at', 35)

    const refused = await from(sydney)
    const wrong = await from(sydney, { password: 'not it at all' })

    expect(refusal(refused)).to.deep.equal(problem(401, 'wrong_credentials'))
    const told = ({ body }: typeof refused) => ({ ...body, request_id: null, instance: null })
    expect(told(refused)).to.deep.equal(told(wrong))
    const [event] = await app
      .db('login_events')
      .select<{ id: string; reason: string; risk_score: number; risk_reasons: string[] }[]>(
        ...['id', 'reason', 'risk_score', 'risk_reasons'],
      )
      .where({ user_id: ann.id, outcome: 'refused' })
    expect(event).to.deep.include({
      ...{ reason: 'risk_too_high', risk_score: 35, risk_reasons: ['device_new', 'network_new'] },
    })
    await until(async () => (await app.db('audit_records').where({ id: event?.id ?? '' })).length === 1)
    const record = await app.db('audit_records').select<{ action: string; details: unknown }[]>('action', 'details').where({ id: event?.id ?? '' }).first() // prettier-ignore
    expect(record).to.deep.equal({
      action: 'sign_in.refused',
      details: { risk: 35, riskReasons: 'device_new network_new' },
    })

    expect(refusal(await from(sydney))).to.deep.equal(problem(401, 'wrong_credentials'))
    const mail = await mailTo(app, ann.email, 'stopped-sign-in')
    expect(mail.text).to.include('A device you had not used before').and.include('/recovery')
    expect((await mailsTo(app, ann.email)).map(({ letter }) => letter)).to.deep.equal(['stopped-sign-in'])

    expect((await from(vienna, { device_token: device })).status, 'their own device').to.equal(200)
  })

  it('is refused whatever proved its person, on pages and in applications, and issues nothing', async () => {
    const opened = await offered()
    const { app } = opened
    const [ann, phone] = [await person(app), await nativeApp(app)]
    await phone.signedIn(ann)
    await set(opened, 'risk.refuse_at', 25)

    const { body } = await phone.send('/auth/by-mail/start', { login: ann.email })
    const letter = await letterTo(app, ann)
    const native = await phone.send('/auth/by-mail/verify', { handle: body.handle, code: codeIn(letter) })
    expect(refusal(native)).to.deep.equal(problem(401, 'wrong_credentials'))

    const waiting = await asks(opened, ann.email)
    const code = codeIn(await letterTo(app, ann, letter))
    const page = await waiting.browser.submit({ code }, { until: waiting.until })
    expect(page.status).to.equal(401)
    expect(new URL(page.url).pathname).to.match(/^\/interaction\//)

    const events = await app.db('login_events').where({ user_id: ann.id, reason: 'risk_too_high' })
    expect(events).to.have.lengthOf(2)
    expect(await app.db('sessions').where({ user_id: ann.id })).to.have.lengthOf(1)
  })

  it('looks on the page as a wrong password does', async () => {
    const opened = await stage()
    const { app } = opened
    const [ann, client] = [await person(app), await relyingParty(app)]
    await (await nativeApp(app)).signedIn(ann)
    await set(opened, 'risk.refuse_at', 25)
    const guess = await openForm(client)
    const right = await guess({ login: ann.email, password: ann.password })
    const wrong = await guess({ login: ann.email, password: 'not it at all' })
    expect([right.status, right.html]).to.deep.equal([401, wrong.html])
  })

  it('may be one at one client only, and takes thresholds of 1 to 101', async () => {
    const { app } = await stage()
    const refused = (value: number) =>
      changeSetting(app, bySystem, 'risk.refuse_at', value).then(
        () => null,
        (error: unknown) => (error as { code?: string }).code,
      )
    for (const value of [0, 102, 50.5]) expect(await refused(value), String(value)).to.be.a('string')
    const { clientId } = await relyingParty(app)
    await changeSetting(app, bySystem, 'risk.refuse_at', 50, { clientId })
    expect(await app.settings.get('risk.refuse_at')).to.equal(101)
  })
})
