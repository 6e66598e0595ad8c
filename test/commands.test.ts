import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type Command, CommanderError } from 'commander'

import { everyCommand } from '../src/cli.ts'

/** As a shell takes a line apart, as far as help and documents go. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|((?:[^\s'"]|='[^']*'|="[^"]*")+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? (plain ?? '').replaceAll(/['"]/g, ''),
  )

const leavesOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf)

/** `user list` */
const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()

const quiet = { writeOut: () => undefined, writeErr: () => undefined }

function helpOf(command: Command): string {
  let said = ''
  command.configureOutput({ writeOut: (text) => void (said += text) })
  command.outputHelp()
  command.configureOutput(quiet)
  return said
}

/** What its name, and its words after that, lead to; the last one is a leaf or a group. */
function found(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first = '', ...rest] = words
  const next = program.commands.find((one) => one.name() === first || one.aliases().includes(first))
  return next ? found(next, rest) : { command: program, rest: words }
}

/** Those that show nothing but what they write, or begin a service. */
const withoutJson = new Set(['start', 'migrate', 'audit export', 'user export', 'export', 'convert'])

describe('the commands', () => {
  let program: Command
  let leaves: Command[]
  let parsed: string | null = null

  before(async () => {
    program = await everyCommand([])
    leaves = leavesOf(program)
    const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)]
    for (const command of every(program)) command.exitOverride().configureOutput(quiet)
    for (const leaf of leaves) leaf.action(() => void (parsed = nameOf(leaf)))
  })

  /** The command that a line leads to, whose arguments and options it fits. */
  async function parse(words: readonly string[]): Promise<string | null> {
    parsed = null
    await program.parseAsync([...words], { from: 'user' })
    return parsed
  }

  it('say which version they are of', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(execFileSync(process.execPath, ['bin/gatehouse.js', '--version']).toString()).to.equal(
      `${version}\n`,
    )
  })

  const examplesIn = (leaf: Command): string[] =>
    [...helpOf(leaf).matchAll(/^ {2}gatehouse (.+)$/gm)].map(([, words = '']) => words)

  function silenceOf(leaf: Command): string[] {
    const [name, help] = [nameOf(leaf), helpOf(leaf)]
    const has = (long: string) => leaf.options.some((one) => one.long === long)
    const told = /works on the database|on this machine|where the service runs|the service/.test(help)
    const demands = {
      'a description': leaf.description() !== '',
      'an example': examplesIn(leaf).length > 0,
      '--json': has('--json') || withoutJson.has(name),
      'where it works': has('--server') || told,
    }
    return Object.entries(demands).flatMap(([what, there]) => (there ? [] : [`${name}: not ${what}`]))
  }

  async function wrongExamplesOf(leaf: Command): Promise<string[]> {
    const wrong = []
    for (const line of examplesIn(leaf)) {
      const led = await parse(wordsOf(line)).catch((error: unknown) => String(error))
      if (led !== nameOf(leaf)) wrong.push(`"${line}" leads to ${led ?? 'nothing'}`)
    }
    return wrong
  }

  it('say what they do, by an example that they themselves take, and where they work', async () => {
    const faults = []
    for (const leaf of leaves) faults.push(...silenceOf(leaf), ...(await wrongExamplesOf(leaf)))
    expect(faults).to.deep.equal([])
  })

  it('refuse what is typed wrongly with 1 and a sentence', async () => {
    for (const leaf of leaves) {
      const words = nameOf(leaf).split(' ')
      for (const wrong of [
        [...words, '--no-such-option'],
        [...words, 'a', 'b', 'c', 'd'],
      ]) {
        const error = await parse(wrong).catch((thrown: unknown) => thrown)
        expect(error, wrong.join(' ')).to.be.instanceOf(CommanderError)
        if (error instanceof CommanderError) {
          expect(error.exitCode, wrong.join(' ')).to.equal(1)
          expect(error.message, wrong.join(' ')).to.match(/^error: .+/)
        }
      }
      const demanded = leaf.registeredArguments.some((argument) => argument.required)
      if (!demanded) continue
      const error = await parse(words).catch((thrown: unknown) => thrown)
      expect(error, words.join(' '))
        .to.have.property('code')
        .that.matches(/missing/)
    }
  })

  it('are all that the documents name, with the options they name', () => {
    const paths = readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))
    const lines = ['README.md', ...paths].flatMap((path) => linesIn(path).map((line) => ({ path, line })))
    expect(lines.length, 'of commands in them').to.be.above(60)
    const faults = lines.flatMap(({ path, line }) =>
      faultsIn(program, line).map((fault) => `${path}: ${fault}`),
    )
    expect(faults).to.deep.equal([])
  })
})

/** What stands behind `gatehouse` in code. */
function linesIn(path: string): string[] {
  const text = readFileSync(path, 'utf8').replaceAll(/\\\n\s*/g, '')
  const code = /(?:`|^|\| )(?:npm run (?:-s )?gatehouse -- |npx gatehouse |gatehouse )([a-z][^`\n]*)/gm
  return [...text.matchAll(code)].map(([, line = '']) => line.replace(/ [>|#&].*/, ''))
}

function faultsIn(program: Command, line: string): string[] {
  const words = wordsOf(line)
  const { command, rest } = found(program, words)
  if (command === program || (command.commands.length > 0 && /^[a-z-]+$/.test(rest[0] ?? '')))
    return [`there is no gatehouse ${line}`]
  const known = new Set(command.options.map(({ long }) => long))
  return words
    .map((word) => word.split('=', 1)[0] ?? '')
    .filter((word) => /^--[a-z]/.test(word) && word !== '--help' && !known.has(word))
    .map((word) => `gatehouse ${line} has no ${word}`)
}
