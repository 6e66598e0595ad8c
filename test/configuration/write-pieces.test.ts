import { expect } from 'chai'

import { writeDocument } from '../../src/features/configuration/document/write-document.ts'
import { writePieces } from '../../src/features/configuration/document/write-pieces.ts'

const mixed = {
  shop: {
    name: 'Shop: "best"',
    redirect_uris: ['https://shop.example/'],
    version: 2,
    gone: undefined,
    none: null,
  },
  '10': { text: 'two\nlines\n\n  and a third\n', kept: 'ends\n\n\n', led: '  spaces\nbefore' },
  '9': [],
  Ä: {},
  ['long '.repeat(300)]: 'a key that stands for itself',
  'more\nlines': [[1, [2, {}]], { name: 'x', deep: { list: ['a\nb', '', '- c', '# d', 'null', '1e3'] } }],
  left: undefined,
  constructor: true,
}

describe('a document in pieces', () => {
  const samples: [string, unknown][] = [
    ['a map', mixed],
    ['a list', [...Object.values(mixed), null, 'text\n\n', [], ['a', { b: 1 }]]],
    ['an empty map', {}],
    ['an empty list', []],
    ['a map of which nothing is said', { gone: undefined }],
    ['a text', 'text'],
    ['nothing', undefined],
  ]
  for (const [what, value] of samples)
    it(`is to the byte what it is in one: ${what}`, async () => {
      const pieces: string[] = []
      for await (const piece of writePieces('clients', value)) pieces.push(piece)
      expect(pieces.join('')).to.equal(writeDocument({ clients: value }))
    })

  it('has an entry in each, and lets others have their turn between', async () => {
    const pieces: string[] = []
    const seen: number[] = []
    const other = (): void => {
      seen.push(pieces.length)
      if (pieces.length < 4) setImmediate(other)
    }
    setImmediate(other)
    for await (const piece of writePieces('users', [{ name: 'a' }, { name: 'b' }, { name: 'c' }]))
      pieces.push(piece)
    expect(pieces).to.deep.equal(['users:\n', '  - name: a\n', '  - name: b\n', '  - name: c\n'])
    expect(seen).to.include.members([1, 2, 3])
  })
})
