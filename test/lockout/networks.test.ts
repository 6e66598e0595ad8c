import { expect } from 'chai'

import { withinLimits } from '../../src/features/lockout/index.ts'
import type { Kind } from '../../src/features/lockout/rules.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'
import { behindProxy, openForm } from './support.ts'

/** One password at many names; how many were looked at. Hashing is left out: it is slower than all else. */
async function spray(
  { app, clock }: Stage,
  { names, ipOf, secondsApart = 0 }: { names: number; ipOf: (n: number) => string; secondsApart?: number },
): Promise<number> {
  let looks = 0
  for (let n = 0; n < names; n++) {
    const by = anonymous({ requestId: 'test', ip: ipOf(n), userAgent: '' })
    const attempt = { login: `name-${n}@example.com`, user: null, deviceId: null, proof: null, clientId: 'x' }
    const look = () => {
      looks++
      return Promise.resolve(false)
    }
    await withinLimits(app, by, attempt, look).catch(() => null)
    clock.advance(secondsApart)
  }
  return looks
}

/** As if so many had been tried in this hour already. */
const already = async ({ app }: Stage, kind: Kind, tried: number): Promise<void> => {
  await app.db('lockout_buckets').where({ kind }).update({ in_window: tried })
}

describe('one password at very many names (LK-04)', () => {
  it('is stopped from one address, and one /64, after 60 in a minute', async () => {
    const built = await stage()
    expect(await spray(built, { names: 80, ipOf: () => '192.0.2.1' })).to.equal(60)
    expect(await spray(built, { names: 80, ipOf: (n) => `2001:db8::${n.toString(16)}` })).to.equal(60)
  })

  it('is stopped from one address after 600 in an hour, however slowly', async () => {
    const built = await stage()
    const slowly = { names: 10, ipOf: () => '192.0.2.1', secondsApart: 5 }
    await spray(built, slowly)
    await already(built, 'network-hour', 595)
    expect(await spray(built, slowly)).to.equal(5)
    built.clock.advance(3600)
    expect(await spray(built, slowly)).to.equal(10)
  })

  it('is stopped from all of a /24, and a /48, after 2,400 in an hour', async () => {
    const blocks = [
      { names: 10, ipOf: (n: number) => `192.0.2.${n}` },
      { names: 10, ipOf: (n: number) => `2001:db8:1:${n}::1` },
    ]
    for (const block of blocks) {
      const built = await stage()
      await spray(built, block)
      await already(built, 'block-hour', 2_395)
      expect(await spray(built, block)).to.equal(5)
      const elsewhere = { names: 5, ipOf: (n: number) => `203.0.113.${n}` }
      expect(await spray(built, elsewhere)).to.equal(5)
    }
  })

  it('lets everybody of an office in meanwhile who has signed in on their device before', async () => {
    const built = await stage(behindProxy)
    const ann = await person(built.app)
    const guess = await openForm(await relyingParty(built.app))
    const ip = '192.0.2.1'
    const { device = '' } = await guess({ login: ann.email, password: ann.password, ip })
    await spray(built, { names: 70, ipOf: () => ip })

    expect((await guess({ login: ann.email, password: ann.password, ip })).status).to.equal(429)
    expect((await guess({ login: ann.email, password: ann.password, ip, device })).status).to.equal(303)
  })

  it('does not count who signs in rightly: an office of any size is one network', async () => {
    const { app } = await stage()
    const by = anonymous({ requestId: 'test', ip: '192.0.2.1', userAgent: '' })
    for (let n = 0; n < 100; n++) {
      const attempt = {
        login: `name-${n}@example.com`,
        user: null,
        deviceId: null,
        proof: null,
        clientId: 'x',
      }
      expect(await withinLimits(app, by, attempt, () => Promise.resolve(true))).to.equal(true)
    }
  })
})
