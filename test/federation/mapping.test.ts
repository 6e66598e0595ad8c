import { inspect } from 'node:util'
import { expect } from 'chai'

import { applyMapping, mappingOf, subjectText, valueAt } from '../../src/features/federation/claims.ts'
import { connectorNamed, connectorNames } from '../../src/features/federation/connectors/connectors.ts'
import { Mapping } from '../../src/features/federation/providers/provider.ts'

describe('a pointer into what a provider says (RFC 6901)', () => {
  const said = { a: { 'b/c': 'slash', 'd~e': 'tilde', list: ['first', 'second'], '': 'empty' }, n: null }
  const cases: [pointer: string, value: unknown][] = [
    ['/a/b~1c', 'slash'],
    ['/a/d~0e', 'tilde'],
    ['/a/list/1', 'second'],
    ['/a/', 'empty'],
    ['/a/list/2', undefined],
    ['/n/x', undefined],
    ['/nothing', undefined],
    ['/a/constructor', undefined],
    ['/__proto__', undefined],
    ['/a/list/length', 2],
  ]
  for (const [pointer, value] of cases) {
    it(`finds ${String(value)} at ${pointer}`, () => {
      expect(valueAt(said, pointer)).to.equal(value)
    })
  }
})

describe('a subject', () => {
  const refused = [null, undefined, '', ' ', 0, -1, 1.5, NaN, Infinity, 2 ** 60, true, false, {}, [], ['1']]
  const nobody = [
    'null',
    'undefined',
    '0',
    'None',
    'NaN',
    'true',
    '[object Object]',
    'two words',
    'ä',
    'a\u0000',
  ]
  for (const value of [...refused, ...nobody, 'x'.repeat(256), 'x'.repeat(10_240)]) {
    it(`is not made of ${inspect(value).slice(0, 30)} (${typeof value})`, () => {
      expect(subjectText(value)).to.equal(null)
    })
  }

  it('is taken as it is, or as the number that some servers use', () => {
    expect(subjectText('AbC|1')).to.equal('AbC|1')
    expect(subjectText(583231)).to.equal('583231')
    expect(subjectText('x'.repeat(255))).to.have.lengthOf(255)
  })
})

describe('what a provider says, by our names', () => {
  it('leaves out what is empty, too long, no text, or holds what nobody can type', () => {
    const mapping = mappingOf(connectorNamed('oidc'), {})
    const said = {
      sub: 'one',
      email: ' ann@example.com ',
      email_verified: 'yes',
      name: '',
      given_name: 'x'.repeat(2_001),
      family_name: 'a\u0000b',
      picture: { url: 'x' },
      locale: 7,
    }
    expect(applyMapping(mapping, said)).to.deep.equal({
      sub: 'one',
      email: 'ann@example.com',
      email_verified: false,
    })
  })

  it('takes Apple’s text for true, and nothing else but true', () => {
    const mapping = mappingOf(connectorNamed('apple'), {})
    for (const [value, verified] of [
      [true, true],
      ['true', true],
      ['false', false],
      [1, false],
      [{}, false],
    ] as const)
      expect(applyMapping(mapping, { sub: 'x', email_verified: value }).email_verified).to.equal(verified)
  })

  it('goes by the provider’s own mapping first, which may turn a claim off', () => {
    const mapping = mappingOf(connectorNamed('oidc'), { email: '/mail', name: null, nickname: '/handle' })
    const said = { sub: 'one', email: 'no@example.com', mail: 'ann@example.com', name: 'Ann', handle: 'ann' }
    expect(applyMapping(mapping, said)).to.deep.equal({
      sub: 'one',
      email: 'ann@example.com',
      email_verified: false,
      nickname: 'ann',
    })
  })

  it('has a subject by every connector', () => {
    for (const name of connectorNames)
      expect(mappingOf(connectorNamed(name), {}).map(([claim]) => claim)).to.include('sub')
  })

  for (const mapping of [
    { sub: null },
    { role: '/role' },
    { email: 'mail' },
    { email: '/a~2' },
    { email: '' },
  ]) {
    it(`cannot be ${JSON.stringify(mapping)}`, () => {
      expect(Mapping.safeParse(mapping).success).to.equal(false)
    })
  }
})
