import { expect } from 'chai'

import { person } from '../../support/people.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Stage, stage } from '../../support/stage.ts'
import type { Answer } from '../tokens/requests.ts'
import {
  askFor,
  type DeviceClient,
  deviceClient,
  enter,
  letIn,
  poll,
  type Shown,
  toConfirmation,
} from './device.ts'

interface Waiting extends Stage {
  client: DeviceClient
  shown: Shown
  /** What the device is told when it asks now; at a replica's origin, or here. */
  asks(origin?: string): Promise<unknown>
}

/** A device that waits for a person, at a service whose clock can be moved. */
async function waiting(): Promise<Waiting> {
  const opened = await stage()
  const client = await deviceClient(opened.app)
  const shown = await askFor(opened.issuer, client)
  const told = ({ status, body }: Answer) => (status === 200 ? 'tokens' : body.error)
  return {
    ...opened,
    client,
    shown,
    asks: async (origin = opened.issuer) => told(await poll(origin, client, shown)),
  }
}

describe('RFC 8628, section 3.5: a device that asks for its tokens', () => {
  it('is told authorization_pending as often as it keeps its interval', async () => {
    const { app, asks, clock } = await waiting()
    for (let times = 0; times < 4; times++) {
      expect(await asks(), `question ${times}`).to.equal('authorization_pending')
      clock.advance(5)
    }
    expect(await app.db('audit_records').where({ action: 'token.refused' })).to.deep.equal([])
  })

  it('DV-02: is told slow_down when it asks sooner, at whatever replica, and waits 5 s longer from then on', async () => {
    const { asks, clock, replica } = await waiting()
    const { origin } = await replica()
    expect(await asks()).to.equal('authorization_pending')
    clock.advance(3)
    expect(await asks(origin)).to.equal('slow_down') // 10 s from now on
    clock.advance(6)
    expect(await asks()).to.equal('slow_down') // 15 s
    clock.advance(11)
    expect(await asks(origin)).to.equal('slow_down') // 20 s
    clock.advance(20)
    expect(await asks()).to.equal('authorization_pending')
    clock.advance(15)
    expect(await asks(origin)).to.equal('slow_down')
  })

  it('DV-02: of many questions at once, over two replicas, one is answered', async () => {
    const { asks, issuer, replica } = await waiting()
    const { origin } = await replica()
    const told = await Promise.all(Array.from({ length: 20 }, (_, n) => asks(n % 2 === 0 ? issuer : origin)))
    expect(told.filter((answer) => answer === 'authorization_pending')).to.have.lengthOf(1)
    expect(told.filter((answer) => answer === 'slow_down')).to.have.lengthOf(19)
  })

  it('DV-02: is told slow_down even when its person has agreed, and gets its tokens when it has waited', async () => {
    const { app, asks, clock, issuer, shown } = await waiting()
    await asks()
    await letIn(issuer, shown, await person(app))
    expect(await asks()).to.equal('slow_down')
    clock.advance(10)
    expect(await asks()).to.equal('tokens')
  })

  it('that ran wild gets its tokens all the same after a minute', async () => {
    const { app, asks, clock, issuer, shown } = await waiting()
    for (let times = 0; times < 30; times++) await asks()
    await letIn(issuer, shown, await person(app))
    clock.advance(60)
    expect(await asks()).to.equal('tokens')
  })

  it('is told expired_token when its code has run out, before and after somebody agreed', async () => {
    const { app, asks, clock, issuer, client, shown } = await waiting()
    const agreed = await askFor(issuer, client)
    await letIn(issuer, agreed, await person(app))
    clock.advance(601)
    expect(await asks()).to.equal('expired_token')
    expect((await poll(issuer, client, agreed)).body.error).to.equal('expired_token')
    expect((await enter(openBrowser(), issuer, shown.userCode)).html).to.include('This code has run out')
  })

  it('cannot be let in by a page that was opened before its code ran out', async () => {
    const { app, asks, clock, issuer, shown } = await waiting()
    const browser = openBrowser()
    await toConfirmation(browser, issuer, shown.userCode, await person(app))
    clock.advance(601)
    const landing = await browser.submit({ decision: 'approve' })
    expect(landing.html).to.include('This code has run out')
    expect(await asks()).to.equal('expired_token')
  })
})
