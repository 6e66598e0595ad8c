import { expect } from 'chai'

import { documentsIn } from '../../src/features/configuration/document/read-file.ts'
import { readDocument } from '../../src/features/configuration/document/read-document.ts'
import { Problem } from '../../src/platform/errors.ts'

const faultOf = (text: string): string => {
  try {
    readDocument(text)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return (error.options.fields ?? []).map(({ field, detail }) => `${field} ${detail}`).join('; ')
  }
  return 'none'
}

const doublings = Array.from(
  { length: 30 },
  (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`,
)

describe('a document of a configuration', () => {
  const refused: Record<string, [string, RegExp]> = {
    'an alias that makes more of it (billion laughs)': [
      ['a0: &a0 x', ...doublings].join('\n'),
      /a0 has an anchor .* \(line 1\)/,
    ],
    'an anchor alone': ['clients:\n  a: &b { name: x }\n', /clients\.a has an anchor .*\(line 2\)/],
    'a tag': ['version: !!js/function "x"\n', /has a tag .*line 1/],
    'a name that stands there twice': [
      'version: 1\nversion: 2\n',
      /version stands there twice \(line 2\)|twice/,
    ],
    'what is no YAML': ['a: [1,\nb: {', /\(line \d+\)/],
    'brackets without end': ['['.repeat(100_000), /nested more than/],
    'lists in lists in lists': ['- '.repeat(100_000), /nested more than|line/],
    'a name that is no text': ['settings: { 1: x }', /is no text/],
    'too many bytes': [`a: ${'x'.repeat(9 * 1024 * 1024)}`, /is longer than/],
  }
  for (const [what, [text, fault]] of Object.entries(refused)) {
    it(`is refused with ${what}`, () => {
      const begun = performance.now()
      expect(faultOf(text)).to.match(fault)
      expect(performance.now() - begun, 'milliseconds').to.be.lessThan(3_000)
    })
  }

  it('is read in time that grows with its length, however many names it has', () => {
    const begun = performance.now()
    const names = Array.from({ length: 50_000 }, (_, index) => `n${index}: 1`).join('\n')
    expect(readDocument(names).value).to.have.property('n49999', 1)
    expect(performance.now() - begun, 'milliseconds').to.be.lessThan(5_000)
  })

  it('is one of several of a file, each with the lines of the file', () => {
    const text = '# who\n---\nversion: 1\n---\nusers:\n  - a\n'
    const [first, second] = [...documentsIn(text)]
    expect(first?.value).to.deep.equal({ version: 1 })
    expect(second?.value).to.deep.equal({ users: ['a'] })
    expect(second?.lineOf(['users', 0])).to.equal(6)
  })

  it('may be JSON', () => {
    expect(readDocument('{"version": 1, "clients": {"a": {"name": "x"}}}').value).to.have.property(
      'version',
      1,
    )
  })
})
