import { expect } from 'chai'

import { acrOf, amrOf, type Factor } from '../../src/features/authentication/factors.ts'

describe('what tokens say of the factors proven', () => {
  const table: [Factor[], string, string[]][] = [
    [[], 'none', []],
    [['federated'], 'federated', ['fed']],
    [['federated', 'password'], 'password', ['fed', 'pwd']],
    [['passkey'], 'mfa', ['hwk', 'user', 'mfa']],
    [['password', 'synced-passkey'], 'mfa', ['pwd', 'swk', 'user', 'mfa']],
  ]
  for (const [proven, level, amr] of table) {
    it(`says ${level} of ${proven.join(' and ') || 'nothing'}, and each method once`, () => {
      expect(acrOf([...proven, ...proven])).to.equal(`urn:gatehouse:acr:${level}`)
      expect(amrOf([...proven, ...proven])).to.deep.equal(amr)
    })
  }
})
