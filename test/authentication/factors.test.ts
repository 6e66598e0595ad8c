import { expect } from 'chai'

import { acrOf, amrOf, type Factor, factorsIn } from '../../src/features/authentication/factors.ts'

describe('what tokens say of the factors proven', () => {
  const table: [Factor[], string, string[]][] = [
    [[], 'none', []],
    [['federated'], 'federated', ['fed']],
    [['federated', 'password'], 'password', ['fed', 'pwd']],
    [['passkey'], 'mfa', ['hwk', 'user', 'mfa']],
    [['password', 'synced-passkey'], 'mfa', ['pwd', 'swk', 'user', 'mfa']],
    [['password', 'totp'], 'mfa', ['pwd', 'otp', 'mfa']],
    [['federated', 'security-key'], 'mfa', ['fed', 'hwk', 'mfa']],
    [['password', 'recovery-code'], 'mfa', ['pwd', 'recovery', 'mfa']],
    [['password', 'sms-code'], 'two-step', ['pwd', 'sms']],
    [['password', 'mail-code'], 'two-step', ['pwd', 'mail']],
    [['password', 'address-code'], 'password', ['pwd']],
    [['mail', 'totp'], 'two-step', ['mail', 'otp']],
    [['mail', 'mail-code'], 'mail', ['mail']],
    [['totp'], 'none', ['otp']],
    [['sms-code', 'recovery-code'], 'none', ['sms', 'recovery']],
  ]
  for (const [proven, level, amr] of table) {
    it(`says ${level} of ${proven.join(' and ') || 'nothing'}, and each method once`, () => {
      expect(acrOf([...proven, ...proven])).to.equal(`urn:gatehouse:acr:${level}`)
      expect(amrOf([...proven, ...proven])).to.deep.equal(amr)
    })
  }
})

describe('what a session says was proven', () => {
  const table: [Factor[], Factor[]][] = [
    [['password'], ['password']],
    [['federated'], ['federated']],
    [['mail'], ['mail']],
    [
      ['password', 'sms-code'],
      ['password', 'sms-code'],
    ],
    [
      ['password', 'mail-code'],
      ['password', 'mail-code'],
    ],
    [
      ['password', 'totp'],
      ['password', 'totp'],
    ],
    [
      ['password', 'security-key'],
      ['password', 'security-key'],
    ],
    [['passkey'], ['passkey']],
    [['synced-passkey'], ['synced-passkey']],
  ]
  for (const [proven, read] of table) {
    it(`is ${read.join(' and ')}, no more and no less`, () => {
      expect(factorsIn(amrOf(proven))).to.deep.equal(read)
    })
  }
})
