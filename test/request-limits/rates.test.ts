import { expect } from 'chai'

import { isScanning, type Kind, kindOf, rateOf } from '../../src/features/request-limits/rates.ts'

const rates = { user: 100, auditor: 200, support: 200, admin: 300, root_admin: 400, client: 1_000 }

/** Who calls, and what is left of their rate: in a quiet hour, in the alarm, while scanning, in both. */
const cases: [kind: Kind, quiet: number, alarm: number, scanning: number, both: number][] = [
  ['user', 100, 50, 25, 25],
  ['client', 1_000, 500, 250, 250],
  ['auditor', 200, 200, 50, 50],
  ['support', 200, 200, 50, 50],
  ['admin', 300, 300, 300, 300],
  ['root_admin', 400, 400, 400, 400],
]

describe('the rate of a caller', () => {
  for (const [kind, quiet, alarm, scanning, both] of cases) {
    it(`is ${quiet}, ${alarm} in the alarm, ${scanning} while scanning for ${kind}`, () => {
      const rate = (circumstances: { alarm: boolean; scanning: boolean }) =>
        rateOf(rates, kind, circumstances)
      expect([
        rate({ alarm: false, scanning: false }),
        rate({ alarm: true, scanning: false }),
        rate({ alarm: false, scanning: true }),
        rate({ alarm: true, scanning: true }),
      ]).to.deep.equal([quiet, alarm, scanning, both])
    })
  }

  it('is that of ordinary people for a role without one, and no person has that of an application', () => {
    expect(['admin', 'something', 'client', 'toString'].map((role) => kindOf(rates, role))).to.deep.equal([
      'admin',
      'user',
      'user',
      'user',
    ])
  })

  it('is lowered from the 30th answer on, when more than half are refusals', () => {
    const scanning = (answers: number, refusals: number) => isScanning({ answers, refusals })
    expect([scanning(29, 29), scanning(30, 15), scanning(30, 16), scanning(100, 51)]).to.deep.equal([
      false,
      false,
      true,
      true,
    ])
  })
})
