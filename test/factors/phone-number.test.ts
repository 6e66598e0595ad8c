import { expect } from 'chai'

import { canonicalNumber, isAllowed, masked } from '../../src/features/factors/codes/phone-number.ts'

describe('a phone number', () => {
  const forms: [typed: string, canonical: string | null][] = [
    ['+4915112345678', '+4915112345678'],
    ['+49 151 123 456-78', '+4915112345678'],
    ['+49 (0)151 12345678', '+4915112345678'],
    ['+49015112345678', '+4915112345678'], // a trunk prefix that does not belong there
    ['004915112345678', '+4915112345678'],
    ['＋４９ 151 12345678', '+4915112345678'],
    ['+39 312 345 6789', '+393123456789'],
    ['+2250712345678', '+2250712345678'], // this zero does belong there
    ['+14155550100', '+14155550100'],
    ['0151 12345678', null], // of which country?
    ['15112345678', null],
    ['+49', null],
    ['+4915112345678901234', null],
    ['+49 151 12345678 ext 5', null],
    ['+49 151 12345678;phone-context=x', null],
    ['tel:+4915112345678', null],
    ['+49151１２３４５６７８x', null],
    ['+49 900 1234567', null], // premium rate
    ['+1 900 555 0100', null],
    ['+44 800 123 4567', null], // free of charge
    ['+49 30 12345678', null], // a landline
    ['+999 12345678', null],
    ['', null],
    [`+${'4'.repeat(200)}`, null],
  ]
  for (const [typed, canonical] of forms)
    it(`${JSON.stringify(typed.slice(0, 40))} is ${canonical ?? 'none'}`, async () => {
      expect(await canonicalNumber(typed)).to.equal(canonical)
    })

  it('may be written to where what it begins with was named', () => {
    expect(isAllowed('+4915112345678', ['+43', '+49'])).to.equal(true)
    expect(isAllowed('+4915112345678', ['+43'])).to.equal(false)
    expect(isAllowed('+18765550100', ['+1415'])).to.equal(false)
    expect(isAllowed('+4915112345678', [])).to.equal(false)
  })

  it('is shown by its last two digits', () => {
    expect(masked('+4915112345678')).to.equal('•••• 78')
  })
})
