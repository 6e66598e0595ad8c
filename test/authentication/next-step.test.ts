import { expect } from 'chai'

import { type Attempt, nextStep, type Step } from '../../src/features/authentication/next-step.ts'

const begun: Attempt = { owed: 'login', proven: [] }

const cases: [when: string, attempt: Partial<Attempt>, then: Step][] = [
  ['nothing is proven yet', {}, 'identify'],
  ['a password is proven', { proven: ['password'] }, 'done'],
  ['an agreement is owed', { owed: 'consent' }, 'consent'],
  ['an agreement is owed, whatever is proven', { owed: 'consent', proven: ['password'] }, 'consent'],
]

describe('the next step of a sign-in', () => {
  for (const [when, attempt, then] of cases) {
    it(`is "${then}" when ${when}`, () => {
      expect(nextStep({ ...begun, ...attempt })).to.equal(then)
    })
  }
})
