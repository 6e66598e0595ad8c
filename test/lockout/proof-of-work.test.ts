import { expect } from 'chai'

import type { Purpose } from '../../src/features/lockout/bots/bot-defence.ts'
import { leadingZeroBits, makeChallenge, readProof } from '../../src/features/lockout/bots/proof-of-work.ts'
import { secret, sha256 } from '../../src/platform/crypto/index.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { solve } from './solve.ts'

const config = {
  ...readConfig({ NODE_ENV: 'test' }),
  cookieKeys: secret([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]),
}
const app = { config }
const at = new Date('2026-11-25T10:00:00.000Z')
const after = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const [ann, bob] = [sha256('ann'), sha256('bob')]
const purpose: Purpose = { path: 'sign-in', network: '192.0.2.1', account: ann, at }
const { challenge } = makeChallenge(app, purpose, 8)
const good = solve(challenge, 8)
const lazy = [...Array(1000).keys()]
  .map((n) => `${challenge}:${n}`)
  .find((text) => leadingZeroBits(sha256(text)) < 8)

/** What is presented, for what, after how many seconds, and whether it proves anything. */
const cases: [what: string, presented: string, other: Partial<Purpose>, seconds: number, good: boolean][] = [
  ['work done', good, {}, 1, true],
  ['work done, just in time', good, {}, 299, true],
  ['work done, too late', good, {}, 300, false],
  ['work done for somebody else', good, { account: bob }, 1, false],
  ['work done for another form', good, { path: 'register' }, 1, false],
  ['work done elsewhere', good, { network: '192.0.2.2' }, 1, false],
  ['no work, waited for elsewhere', challenge, { network: '192.0.2.2' }, 15, false],
  ['too little work', lazy ?? '', {}, 1, false],
  ['no work, too early', challenge, {}, 14, false],
  ['no work, after the wait', challenge, {}, 15, true],
  ['no work, too late', challenge, {}, 300, false],
  ['a challenge made easier', solve(challenge.replace('.8.', '.1.'), 1), {}, 1, false],
  [
    'a challenge made younger',
    challenge.replace(/^\d+/, (seconds) => String(Number(seconds) - 60)),
    {},
    1,
    false,
  ],
  ['a suffix of other characters', `${challenge}:a b`, {}, 20, false],
  ['nothing', '', {}, 20, false],
]

describe('a proof of work', () => {
  for (const [what, presented, other, seconds, proves] of cases) {
    it(`is ${proves ? '' : 'not '}given by ${what}`, () => {
      const proof = readProof(app, presented, { ...purpose, ...other, at: after(seconds) })
      expect(proof !== null).to.equal(proves)
    })
  }

  it('holds under an older cookie key until that is gone', () => {
    const rotated = { config: { ...config, cookieKeys: secret([Buffer.alloc(32, 3), Buffer.alloc(32, 1)]) } }
    const gone = { config: { ...config, cookieKeys: secret([Buffer.alloc(32, 3)]) } }
    const where = { ...purpose, at: after(1) }
    expect(readProof(rotated, good, where)).not.to.equal(null)
    expect(readProof(gone, good, where)).to.equal(null)
  })

  it('is marked by its challenge, a wait by its network and quarter of a minute', () => {
    const issuedTo = (network: string) => makeChallenge(app, { ...purpose, network }, 8).challenge
    const marks = (presented: string, network: string, seconds: number) =>
      readProof(app, presented, { ...purpose, network, at: after(seconds) })?.mark.toString('hex')
    const [one, two, elsewhere] = [issuedTo('a'), issuedTo('a'), issuedTo('b')]
    expect(marks(solve(one, 8), 'a', 1)).to.equal(marks(solve(one, 8), 'a', 20))
    expect(marks(one, 'a', 16)).to.equal(marks(two, 'a', 17))
    expect(marks(one, 'a', 16)).not.to.equal(marks(elsewhere, 'b', 16))
    expect(marks(one, 'a', 16)).not.to.equal(marks(one, 'a', 31))
  })

  it('counts zero bits from the front', () => {
    const bits = (...bytes: number[]) => leadingZeroBits(Buffer.from(bytes))
    expect([bits(0x80), bits(0x01), bits(0, 0x40), bits(0, 0, 0xff), bits(0, 0)]).to.deep.equal([
      0, 7, 9, 16, 16,
    ])
  })
})
