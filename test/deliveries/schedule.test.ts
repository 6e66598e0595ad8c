import { expect } from 'chai'

import { secondsAfter } from '../../src/lib/clock.ts'
import { delaySeconds, next, resultOf } from '../../src/features/deliveries/schedule.ts'

const at = new Date('2026-01-01T00:00:00Z')
const standing = { attempts: 1, refusals: 0, expiresAt: secondsAfter(at, 48 * 3600) }
const unreachable = { result: 'unreachable' } as const
const refused = { result: 'refused', status: 400, bytes: 0 } as const

describe('when a delivery is tried again', () => {
  it('doubles from two seconds to an hour', () => {
    expect([1, 2, 3, 4, 5, 11, 12, 13, 1_000].map(delaySeconds)).to.deep.equal([
      ...[2, 4, 8, 16, 32, 2048],
      ...[3600, 3600, 3600],
    ])
  })

  it('is spread by a quarter either way', () => {
    const seconds = [0, 0.5, 1].map((spread) => {
      const { dueAt } = next({ ...standing, attempts: 5 }, unreachable, at, spread)
      return (dueAt.getTime() - at.getTime()) / 1000
    })
    expect(seconds).to.deep.equal([24, 32, 40])
  })

  it('goes on for at least a day, and ends when the next attempt would come too late', () => {
    const later = (hours: number) =>
      next({ ...standing, attempts: 40 }, unreachable, secondsAfter(at, hours * 3600), 0.5)
    expect(later(24).state).to.equal('waiting')
    expect(later(46).state).to.equal('waiting')
    expect(later(47.5).state).to.equal('expired')
  })

  it('ends with the third refusal, and a failure between is none', () => {
    expect(next({ ...standing, refusals: 1 }, refused, at, 0.5)).to.include({ state: 'waiting', refusals: 2 })
    expect(next({ ...standing, refusals: 2 }, unreachable, at, 0.5)).to.include({
      state: 'waiting',
      refusals: 2,
    })
    expect(next({ ...standing, refusals: 2 }, refused, at, 0.5)).to.include({ state: 'refused', refusals: 3 })
  })

  it('takes 2xx for a yes, 400 for a no, a redirect for what it is, and all else for a failure', () => {
    expect([200, 204, 302, 308, 400, 401, 404, 429, 500, 503].map(resultOf)).to.deep.equal([
      ...['delivered', 'delivered', 'redirect', 'redirect', 'refused'],
      ...['status', 'status', 'status', 'status', 'status'],
    ])
  })
})
