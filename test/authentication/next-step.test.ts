import { expect } from 'chai'

import { type Attempt, nextStep, type Step } from '../../src/features/authentication/next-step.ts'

const begun: Attempt = {
  owed: 'login',
  proven: [],
  offered: false,
  demand: { level: 'none', because: null },
  available: [],
  addressOwed: false,
  enrolmentOffered: false,
}

const twoStep: Attempt['demand'] = { level: 'two-step', because: 'own' }
const mfa: Attempt['demand'] = { level: 'mfa', because: 'client' }

const cases: [when: string, attempt: Partial<Attempt>, then: Step][] = [
  ['nothing is proven yet', {}, 'identify'],
  ['nothing is proven yet, whatever is demanded', { demand: mfa, available: ['totp'] }, 'identify'],
  ['a password is proven', { proven: ['password'] }, 'done'],
  ['somebody read a mail', { proven: ['mail'] }, 'done'],
  ['an identity elsewhere is proven', { proven: ['federated'] }, 'done'],
  ['a second factor is proven, and no first one', { proven: ['totp'] }, 'identify'],
  ['one that is nobody’s was proven, and nothing here yet', { offered: true }, 'identify'],
  ['one that is nobody’s was proven, and a password', { proven: ['password'], offered: true }, 'connect'],
  [
    'one that is nobody’s was proven, and a factor is owed before it may be linked',
    { proven: ['password'], offered: true, demand: twoStep, available: ['totp'] },
    'second-factor',
  ],
  [
    'a factor is owed that the person has',
    { proven: ['password'], demand: mfa, available: ['totp'] },
    'second-factor',
  ],
  ['it is proven', { proven: ['password', 'totp'], demand: mfa }, 'done'],
  ['a passkey was all', { proven: ['passkey'], demand: mfa }, 'done'],
  ['a factor is owed and there is none', { proven: ['password'], demand: twoStep }, 'enrol'],
  [
    'a weak factor is there, and a strong one owed: the weak one first',
    { proven: ['password'], demand: mfa, available: ['sms-code'] },
    'second-factor',
  ],
  ['the weak one is proven, and not enough', { proven: ['password', 'sms-code'], demand: mfa }, 'enrol'],
  ['a mailbox can be lifted no higher', { proven: ['mail'], demand: mfa, available: ['totp'] }, 'identify'],
  [
    'a mailbox can be lifted no higher, but a passkey is enough by itself',
    { proven: ['mail'], demand: mfa, available: ['passkey', 'totp'] },
    'second-factor',
  ],
  [
    'a mailbox and a device are enough',
    { proven: ['mail'], demand: twoStep, available: ['totp'] },
    'second-factor',
  ],
  [
    'an unusual sign-in is to be cleared up by mail',
    { proven: ['password'], addressOwed: true },
    'second-factor',
  ],
  [
    'it is to be cleared up before anything is set up',
    { proven: ['password'], addressOwed: true, demand: twoStep, enrolmentOffered: true },
    'second-factor',
  ],
  [
    'it was cleared up, and a factor is owed',
    { proven: ['password', 'address-code'], demand: twoStep },
    'enrol',
  ],
  ['a second factor is worth offering', { proven: ['password'], enrolmentOffered: true }, 'enrol'],
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
