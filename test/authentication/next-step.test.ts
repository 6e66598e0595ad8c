import { expect } from 'chai'

import { type Attempt, nextStep, type Step } from '../../src/features/authentication/next-step.ts'

const begun: Attempt = { owed: 'login', proven: [], offered: false }

const cases: [when: string, attempt: Partial<Attempt>, then: Step][] = [
  ['nothing is proven yet', {}, 'identify'],
  ['a password is proven', { proven: ['password'] }, 'done'],
  ['somebody read a mail', { proven: ['mail'] }, 'done'],
  ['an identity elsewhere is proven', { proven: ['federated'] }, 'done'],
  ['one that is nobody’s was proven, and nothing here yet', { offered: true }, 'identify'],
  ['one that is nobody’s was proven, and a password', { proven: ['password'], offered: true }, 'connect'],
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
