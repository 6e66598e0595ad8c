import { expect } from 'chai'

import { type Attempt, nextStep, type Step } from '../../src/features/authentication/next-step.ts'

const begun: Attempt = { owed: 'login', proven: [], missingScopes: [], consentGiven: false }

const cases: [when: string, attempt: Partial<Attempt>, then: Step][] = [
  ['nothing is proven yet', {}, 'identify'],
  ['a password is proven', { proven: ['password'] }, 'done'],
  ['an agreement is owed', { owed: 'consent', missingScopes: ['email'] }, 'consent'],
  ['a proof does not stand for an agreement', { owed: 'consent', proven: ['password'] }, 'consent'],
  ['the agreement was given', { owed: 'consent', consentGiven: true }, 'done'],
  ['an agreement does not stand for a proof', { consentGiven: true }, 'identify'],
]

describe('the next step of a sign-in', () => {
  for (const [when, attempt, then] of cases) {
    it(`is "${then}" when ${when}`, () => {
      expect(nextStep({ ...begun, ...attempt })).to.equal(then)
    })
  }
})
