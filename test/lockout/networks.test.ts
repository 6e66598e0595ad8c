import { expect } from 'chai'

import { withinLimits } from '../../src/features/lockout/index.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'
import { behindProxy, openForm } from './support.ts'

/** One password at very many names; how many were looked at. Hashing is left out: it is slower than all else. */
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

describe('one password at very many names (LK-04)', () => {
  const cases = [
    { from: 'one address', ipOf: () => '192.0.2.1', names: 100, looks: 60 },
    { from: 'one /64', ipOf: (n: number) => `2001:db8::${n.toString(16)}`, names: 100, looks: 60 },
    { from: 'one address, slowly', ipOf: () => '192.0.2.1', names: 800, secondsApart: 2, looks: 600 },
    {
      from: 'all of a /24',
      ipOf: (n: number) => `192.0.2.${n % 256}`,
      names: 2_450,
      secondsApart: 1,
      looks: 2_400,
    },
    {
      from: 'all of a /48',
      ipOf: (n: number) => `2001:db8:1:${(n % 256).toString(16)}::1`,
      names: 2_450,
      secondsApart: 1,
      looks: 2_400,
    },
  ]
  for (const { from, looks, ...spraying } of cases) {
    it(`is stopped from ${from} after ${looks}`, async () => {
      const built = await stage()
      expect(await spray(built, spraying)).to.equal(looks)
    })
  }

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
