import { expect } from 'chai'

import { duplicateName } from '../../src/platform/http/duplicate-names.ts'

describe('a name that stands twice in JSON (RFC 8259, section 4)', () => {
  const twice: Record<string, string> = {
    '{"a":1,"a":2}': 'a',
    '{"a":1,"\\u0061":2}': 'a',
    '{"a":{"b":1,"c":[{"d":1,"d":2}]}}': 'd',
    '[{"a":1},{"b":1,"b":1}]': 'b',
    '{"__proto__":1,"__proto__":2}': '__proto__',
    '{"":1,"":2}': '',
    '{ "a" : "x" , "b" : [ ] , "a" : { } }': 'a',
    '{"a\\"":1,"a\\"":2}': 'a"',
  }
  for (const [json, name] of Object.entries(twice)) {
    it(`is found in ${json}`, () => {
      JSON.parse(json)
      expect(duplicateName(json)).to.equal(name)
    })
  }

  const once = [
    '{}',
    '[]',
    '1',
    '""',
    'null',
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":1,","b":"{\\"a\\":1}"}',
    '{"a":["a","a","b:","b:"],"b":1}',
    '{"a":"\\\\","b":"\\\\\\""}',
  ]
  for (const json of once) {
    it(`is not seen in ${json}`, () => {
      JSON.parse(json)
      expect(duplicateName(json)).to.equal(null)
    })
  }

  it('costs no more than reading it', () => {
    const long = JSON.stringify({ a: '"'.repeat(30_000), b: Array.from({ length: 5_000 }, () => ({})) })
    const began = performance.now()
    expect(duplicateName(long)).to.equal(null)
    expect(performance.now() - began).to.be.below(100)
  })
})
