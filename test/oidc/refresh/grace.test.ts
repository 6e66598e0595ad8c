import { expect } from 'chai'

import { mayAskAgain } from '../../../src/features/oidc/storage/successor.ts'

const second = 1_000
const minute = 60 * second

describe('how long a lost answer may be asked for again', () => {
  it('is a minute, from the moment the database was back where it was away meanwhile', () => {
    const cases: [since: number, outage: { beganMs: number; endedMs: number } | null, may: boolean][] = [
      [minute, null, true],
      [minute + 1, null, false],
      // committed as the outage began, which ended ten seconds ago, or goes on
      [70 * second, { beganMs: 70 * second, endedMs: 10 * second }, true],
      [70 * second, { beganMs: 70 * second, endedMs: 0 }, true],
      [200 * second, { beganMs: 200 * second, endedMs: minute + 1 }, false],
      // long before it began, or after it was over
      [90 * second, { beganMs: 70 * second, endedMs: 10 * second }, false],
      [61 * second, { beganMs: 200 * second, endedMs: 100 * second }, false],
      // one that goes on for longer than ten minutes is no outage any more
      [11 * minute, { beganMs: 11 * minute, endedMs: 0 }, false],
    ]
    for (const [since, outage, may] of cases)
      expect(mayAskAgain(since, outage), JSON.stringify([since, outage])).to.equal(may)
  })
})
