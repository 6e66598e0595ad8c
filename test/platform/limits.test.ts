import { expect } from 'chai'

import { limits, networkOf } from '../../src/platform/limits/index.ts'
import { parts } from '../support/parts.ts'

describe('a rate limit', () => {
  it('refuses the one too many with the seconds to wait, and other keys still pass', async () => {
    const { limits: limiter } = await parts()
    for (let n = 0; n < limits.register.points; n++) await limiter.take('register', '192.0.2.1')

    const refusal = await limiter.take('register', '192.0.2.1').catch((error: unknown) => error)

    expect(refusal).to.include({ code: 'too_many_requests', status: 429 })
    expect(refusal)
      .to.have.nested.property('options.retryAfterSeconds')
      .that.is.within(1, limits.register.seconds)
    await limiter.take('register', '192.0.2.2')
  })

  it('counts an IPv6 /64 as one network and unwraps IPv4', () => {
    expect(networkOf('2001:db8::1')).to.equal(networkOf('2001:db8::ffff'))
    expect(networkOf('2001:db8:0:1::1')).not.to.equal(networkOf('2001:db8::1'))
    expect(networkOf('::ffff:192.0.2.1')).to.equal('192.0.2.1')
    expect(networkOf('not an address')).to.equal('unknown')
  })
})
