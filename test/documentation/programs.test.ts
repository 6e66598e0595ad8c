import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect } from 'chai'

import { blocksOf, guides } from './blocks.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

/** Ours that take minutes: they say what they can be asked for. */
const long = ['bench', 'conformance', 'faults', 'upgrade-test']

const read = (path: string): string => readFileSync(path, 'utf8')

/** Every script that is named in the documents, with what is handed to it. */
const named = [...guides, 'CONTRIBUTING.md'].flatMap((path) =>
  [...read(path).matchAll(/npm run (?:-s )?([\w:-]+)(?: -- ([^`\n#]*))?/g)].map(
    ([, script = '', words = '']) => ({
      path,
      script,
      words: words.split(' ').filter((word) => word !== ''),
    }),
  ),
)

describe('the programs of this repository', () => {
  it('are all that the documents name', () => {
    expect(named).to.have.lengthOf.above(15)
    expect(Object.keys(scripts)).to.include.members(named.map(({ script }) => script))
  })

  it('that take minutes say what they can be asked for, and that is what the documents ask', async () => {
    const helps = await Promise.all(
      long.map(async (script) => {
        const words = (scripts[script] ?? '').split(' ').slice(1)
        const { stdout } = await promisify(execFile)(process.execPath, [...words, '--help'])
        return [script, stdout] as const
      }),
    )
    for (const [script, help] of helps) {
      const asked = named.filter((one) => one.script === script)
      expect(asked, script).not.to.deep.equal([])
      for (const { path, words } of asked)
        for (const word of words)
          expect(word === '--help' || help.includes(word), `${path}: ${script} ${word}`).to.equal(true)
    }
  })
})

/** What a block imports that its platform does not bring, as its language says it. */
const imports: Record<string, (code: string) => string[]> = {
  js: (code) => [...code.matchAll(/from '([^.'][^']*)'/g)].map(([, name = '']) => name),
  python: (code) => [...code.matchAll(/^from (\w+)/gm)].map(([, name = '']) => name),
  csharp: (code) => (code.includes('AddOpenIdConnect') ? ['Authentication.OpenIdConnect'] : []),
  go: (code) => [...code.matchAll(/^\t"(\w+\.\w+\/[^"]+)"$/gm)].map(([, path = '']) => path),
  php: (code) =>
    [...code.matchAll(/^use (\w+)\\(\w+)/gm)].map(([, ...names]) => names.join('/').toLowerCase()),
}

/** What a manifest names, by the language of the code that it stands above. */
const manifests: Record<string, (text: string) => string[]> = {
  js: (text) => Object.keys((JSON.parse(text) as { dependencies: object }).dependencies),
  python: (text) => [...text.matchAll(/^(\w+)>=\d/gm)].map(([, name = '']) => name),
  csharp: (text) =>
    [...text.matchAll(/Include="Microsoft\.AspNetCore\.([\w.]+)"/g)].map(([, name = '']) => name),
  go: (text) => [...text.matchAll(/^\t(\S+) v\d+\.\d+\.\d+$/gm)].map(([, name = '']) => name),
  php: (text) => Object.keys((JSON.parse(text) as { require: object }).require),
}

const languageOf = (language: string): string => (language === 'ts' ? 'js' : language)

describe('the manifests of docs/applications.md', () => {
  const sections = Map.groupBy(blocksOf('docs/applications.md'), ({ section }) => section)

  it('name what the code below them imports', () => {
    const held: string[] = []
    for (const [section, blocks] of sections) {
      const manifest = blocks.find(({ language }) => ['json', 'text', 'xml'].includes(language))
      const code = blocks.filter(({ language }) => languageOf(language) in imports)
      const language = languageOf(code[0]?.language ?? '')
      const imported = code.flatMap(({ text }) => imports[language]?.(text) ?? [])
      if (imported.length === 0) continue
      const listed = manifests[language]?.(manifest?.text ?? '') ?? []
      const missing = imported.filter(
        (name) => !listed.some((one) => name === one || name.startsWith(`${one}/`)),
      )
      expect([listed.length > 0, missing], section).to.deep.equal([true, []])
      held.push(section)
    }
    expect(held).to.have.lengthOf(7)
  })
})
