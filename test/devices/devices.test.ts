import { expect } from 'chai'

import {
  findDevice,
  forgetDevice,
  forgetDevices,
  forgetDevicesOf,
  listDevicesOf,
  recogniseDevice,
  rememberDevice,
} from '../../src/features/devices/index.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { randomToken } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openForm } from '../lockout/support.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36'
const by = anonymous({ requestId: 'test', ip: '192.0.2.1', userAgent: chrome })

describe('a known device', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const client = await relyingParty(app)
    const add = (userId: string, value: string | null = null) =>
      transaction(app.db, (tx) => rememberDevice(tx, app.clock.now(), by, userId, value))
    const events = (userId: string) =>
      app
        .db('outbox_events')
        .select<{ data: object }[]>('data')
        .where({ type: 'auth.device.added', subject: userId })
    return { app, issuer, client, add, events, guess: await openForm(client) }
  })

  it('gets a cookie at the sign-in that scripts and other sites cannot read, for a year', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    const { headers, device = '' } = await guess({ login: ann.email, password: ann.password })
    const line = headers.getSetCookie().find((one) => one.startsWith('gatehouse_device='))
    expect(device).to.match(/^[\w-]{43}$/)
    expect(line?.toLowerCase()).to.include('httponly').and.include('samesite=lax').and.include('path=/')
    const expires = new Date(/expires=([^;]+)/.exec(line ?? '')?.[1] ?? '').getTime()
    expect((expires - Date.now()) / 86_400_000).to.be.within(364, 366)
    expect(await recogniseDevice(app.db, ann, device)).to.be.a('string')
    const rows = await app.db('devices').select('*').where({ user_id: ann.id })
    expect(JSON.stringify(rows)).not.to.include(device)
    const again = await guess({ login: ann.email, password: ann.password, device })
    expect(again.device, 'refreshed').to.equal(device)
  })

  it('gets none when the password was wrong', async () => {
    const { app, guess } = shared()
    const ann = await person(app)
    expect((await guess({ login: ann.email })).headers.getSetCookie().join()).not.to.include(
      'gatehouse_device',
    )
  })

  it('is announced when it is new to somebody who has signed in before, and only then', async () => {
    const { app, guess, events } = shared()
    const ann = await person(app)
    const right = { login: ann.email, password: ann.password, headers: { 'user-agent': chrome } }
    const { device = '' } = await guess(right)
    await guess({ ...right, device })
    expect(await events(ann.id)).to.deep.equal([])

    const other = await guess(right)
    const deviceId = await recogniseDevice(app.db, ann, other.device ?? '')
    expect(await events(ann.id)).to.deep.equal([{ data: { userId: ann.id, deviceId } }])
    expect(
      await app.db('audit_records').where({ action: 'device.added', actor_id: ann.id }),
    ).to.have.lengthOf(1)
    expect(await findDevice(app.db, deviceId ?? '')).to.include({ name: 'Chrome, Linux', userId: ann.id })
  })

  it('may be shared by several people, who know nothing of each other', async () => {
    const { app, add } = shared()
    const [ann, bob] = await Promise.all([person(app), person(app)])
    const first = await add(ann.id)
    const second = await add(bob.id, first.value)
    expect(second.value).to.equal(first.value)
    expect(second.id).not.to.equal(first.id)
    expect(await recogniseDevice(app.db, ann, first.value)).to.equal(first.id)
    expect(await recogniseDevice(app.db, bob, first.value)).to.equal(second.id)
    expect(await recogniseDevice(app.db, null, first.value)).to.equal(null)
  })

  it('is never known by a value that was made up or planted', async () => {
    const { app, add } = shared()
    const ann = await person(app)
    for (const planted of [randomToken(), 'short', '', `${randomToken()}x`])
      expect((await add(ann.id, planted)).value)
        .to.match(/^[\w-]{43}$/)
        .and.not.equal(planted)
  })

  it('DO-11: is one of twenty at most; the one not seen for longest goes', async () => {
    const { app, add } = shared()
    const ann = await person(app)
    const first = await add(ann.id)
    const second = await add(ann.id)
    for (let n = 0; n < 18; n++) await add(ann.id)
    await add(ann.id, first.value)
    await add(ann.id)
    const devices = await listDevicesOf(app.db, ann.id)
    expect(devices).to.have.lengthOf(20)
    expect(devices.map(({ id }) => id))
      .to.include(first.id)
      .and.not.include(second.id)
  })

  it('can be forgotten by its owner alone, and is new when it comes back', async () => {
    const { app, add, events } = shared()
    const [ann, bob] = await Promise.all([person(app), person(app)])
    const { id, value } = await add(ann.id)
    const forget = (userId: string) =>
      transaction(app.db, (tx) => forgetDevice(tx, app.clock.now(), by, userId, id))
    expect(await forget(bob.id)).to.equal(false)
    expect(await forget(ann.id)).to.equal(true)
    expect(await forget(ann.id)).to.equal(false)
    expect(await recogniseDevice(app.db, ann, value)).to.equal(null)
    expect(await findDevice(app.db, id)).to.equal(null)
    expect(await app.db('audit_records').where({ action: 'device.removed', target_id: id })).to.have.lengthOf(
      1,
    )
    expect((await add(ann.id, value)).value).not.to.equal(value)
    expect(await events(ann.id), 'who forgets all devices still hears of the next').to.have.lengthOf(1)
  })

  it('is forgotten with all others, and all of it is erased with the person', async () => {
    const { app, add } = shared()
    const ann = await person(app)
    for (let n = 0; n < 3; n++) await add(ann.id)
    const forgotten = await transaction(app.db, (tx) => forgetDevices(tx, app.clock.now(), by, ann.id))
    expect(forgotten).to.equal(3)
    expect(await listDevicesOf(app.db, ann.id)).to.deep.equal([])
    const kept = await app.db('devices').where({ user_id: ann.id }).select('token_hash', 'name', 'ip')
    expect(kept).to.deep.equal([{ token_hash: null, name: '', ip: '' }])
    await forgetDevicesOf(app.db, ann.id)
    expect(await app.db('devices').where({ user_id: ann.id })).to.deep.equal([])
  })

  it('is the browser in which an account was registered', async () => {
    const { app, client, events } = shared()
    const browser = openBrowser()
    await browser.go((await client.begin({ screen_hint: 'signup' })).url)
    const until = (url: string) => url.startsWith(client.redirectUri)
    const password = 'a registered harbour at noon'
    await browser.submit({ email: 'new-here@example.com', password }, { until })
    const cookie = browser.cookies().find(({ name }) => name === 'gatehouse_device')
    const user = await app.db('users').where({ email: 'new-here@example.com' }).first<{ id: string }>('id')
    expect(await recogniseDevice(app.db, user, cookie?.value ?? '')).to.be.a('string')
    expect(await events(user.id)).to.deep.equal([])
    const held = await app
      .db('sessions')
      .where({ user_id: user.id })
      .select<{ device_id: string }[]>('device_id')
    expect(held).to.deep.equal([{ device_id: await recogniseDevice(app.db, user, cookie?.value ?? '') }])
  })
})
