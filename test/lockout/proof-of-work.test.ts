import { expect } from 'chai'

import { leadingZeroBits, makeChallenge, readProof } from '../../src/features/lockout/proof-of-work.ts'
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
const { challenge } = makeChallenge(app, ann, at, 8)
const good = solve(challenge, 8)
const lazy = [...Array(1000).keys()]
  .map((n) => `${challenge}:${n}`)
  .find((text) => leadingZeroBits(sha256(text)) < 8)

/** What is presented, for whom, after how many seconds, and whether it proves anything. */
const cases: [what: string, presented: string, account: Buffer, seconds: number, good: boolean][] = [
  ['work done', good, ann, 1, true],
  ['work done, just in time', good, ann, 299, true],
  ['work done, too late', good, ann, 300, false],
  ['work done for somebody else', good, bob, 1, false],
  ['too little work', lazy ?? '', ann, 1, false],
  ['no work, too early', challenge, ann, 14, false],
  ['no work, after the wait', challenge, ann, 15, true],
  ['no work, too late', challenge, ann, 300, false],
  ['a challenge made easier', solve(challenge.replace('.8.', '.1.'), 1), ann, 1, false],
  [
    'a challenge made younger',
    challenge.replace(/^\d+/, (seconds) => String(Number(seconds) - 60)),
    ann,
    1,
    false,
  ],
  ['a suffix of other characters', `${challenge}:a b`, ann, 20, false],
  ['nothing', '', ann, 20, false],
]

describe('a proof of work', () => {
  for (const [what, presented, account, seconds, proves] of cases) {
    it(`is ${proves ? '' : 'not '}given by ${what}`, () => {
      const proof = readProof(app, presented, { account, network: '192.0.2.1', at: after(seconds) })
      expect(proof !== null).to.equal(proves)
    })
  }

  it('holds under an older cookie key until that is gone', () => {
    const rotated = { config: { ...config, cookieKeys: secret([Buffer.alloc(32, 3), Buffer.alloc(32, 1)]) } }
    const gone = { config: { ...config, cookieKeys: secret([Buffer.alloc(32, 3)]) } }
    const where = { account: ann, network: '192.0.2.1', at: after(1) }
    expect(readProof(rotated, good, where)).not.to.equal(null)
    expect(readProof(gone, good, where)).to.equal(null)
  })

  it('is marked by its challenge, a wait by its network and quarter of a minute', () => {
    const marks = (presented: string, network: string, seconds: number) =>
      readProof(app, presented, { account: ann, network, at: after(seconds) })?.mark.toString('hex')
    const other = makeChallenge(app, ann, at, 8).challenge
    expect(marks(good, 'a', 1)).to.equal(marks(good, 'b', 20))
    expect(marks(challenge, 'a', 16)).to.equal(marks(other, 'a', 17))
    expect(marks(challenge, 'a', 16)).not.to.equal(marks(challenge, 'b', 16))
    expect(marks(challenge, 'a', 16)).not.to.equal(marks(challenge, 'a', 31))
  })

  it('counts zero bits from the front', () => {
    const bits = (...bytes: number[]) => leadingZeroBits(Buffer.from(bytes))
    expect([bits(0x80), bits(0x01), bits(0, 0x40), bits(0, 0, 0xff), bits(0, 0)]).to.deep.equal([
      0, 7, 9, 16, 16,
    ])
  })
})
