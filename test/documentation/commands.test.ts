import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { Command } from 'commander'

import type { Gatehouse } from '../../src/app.ts'
import { commands as invitationCommands } from '../../src/features/invitations/index.ts'
import { addManagedCommands as clientCommands } from '../support/client-commands.ts'
import { sharedStage } from '../support/shared-stage.ts'

/** The lines of every block of shell in a document, with the broken ones whole. */
function linesOf(path: string): string[] {
  const blocks = [...readFileSync(path, 'utf8').matchAll(/^```sh\n([^]*?)^```/gm)].map(
    ([, block = '']) => block,
  )
  return blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n')).filter((line) => line !== '')
}

/** As a shell takes a line apart, as far as these documents go. */
const wordsOf = (line: string): string[] =>
  [...line.replace(/ >.*/, '').matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

async function run(app: Gatehouse, words: readonly string[]): Promise<string> {
  let said = ''
  const program = new Command().exitOverride()
  for (const group of [clientCommands, invitationCommands]) group(program, () => Promise.resolve(app))
  for (const group of program.commands) for (const command of group.commands) command.exitOverride()
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (text) => Boolean((said += String(text)))
  try {
    await program.parseAsync([...words], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return said
}

describe('the commands of the documentation', () => {
  const stage = sharedStage()
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }

  for (const path of ['docs/get-started.md', 'docs/applications.md']) {
    it(`do what ${path} says`, async () => {
      const { app } = stage()
      const lines = linesOf(path)
      const ours = lines.map((line) => line.replace(/^npm run -s gatehouse -- /, 'gatehouse '))
      const commands = ours.filter((line) => line.startsWith('gatehouse '))
      expect(commands).not.to.be.empty
      for (const line of commands) expect(await run(app, wordsOf(line).slice(1)), line).to.match(/gh_|http/)
      for (const line of lines) {
        const [, script] = /^npm (?:run (?:-s )?)?(start|test|gatehouse|\w+:\w+)\b/.exec(line) ?? []
        if (script !== undefined) expect(scripts, line).to.have.property(script)
      }
    })
  }
})
