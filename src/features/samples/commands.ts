import { InvalidArgumentError } from 'commander'

import { answer, type CommandGroup, onDatabase } from '../../platform/command.ts'
import { readConfig } from '../../platform/config/index.ts'
import { randomMark } from '../../platform/crypto/index.ts'
import { errors } from './errors.ts'
import { fill, historyDays, type Parts } from './fill.ts'
import { findSamples } from './find-samples.ts'
import { visitor } from './people/people.ts'
import { remove } from './remove.ts'

interface Options {
  seed: number
  people: number
  remove?: true
  json?: true
}

/** `gatehouse demo-data` */
export const commands: CommandGroup<Parts> = (program, open) => {
  program
    .command('demo-data')
    .description('people, applications and weeks of history to look around in; not in production')
    .option('--seed <number>', 'another one makes other people', wholeNumber(0, 999_999_999), 1)
    .option('--people <number>', 'how many', wholeNumber(10, 500), 300)
    .option('--remove', 'take it away again; what stands in the audit log stays')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Asked a second time it changes nothing. One of the people can sign in, by a password that is shown once.

Examples:
  gatehouse demo-data
  gatehouse demo-data --seed 7 --people 400
  gatehouse demo-data --remove

${onDatabase}`,
    )
    .action(async (options: Options) => {
      if (readConfig().production)
        throw errors.samples_in_production({ detail: 'It would stand among real people (NODE_ENV).' })
      const parts = await open()
      await (options.remove ? takeAway(parts, options) : make(parts, options))
    })
}

async function make(app: Parts, { seed, people: count, ...options }: Options): Promise<void> {
  const found = await findSamples(app)
  if (found) {
    const { seed: before, count: there } = found
    const said = `It is there already (seed ${before}, ${there} people); --remove takes it away.`
    answer(options, { created: false, seed: before, people: there }, said)
    return
  }
  const password = `sample-${randomMark()}`
  const made = await fill(app, { seed, count }, await app.passwords.hash(password))
  const { signIns, ...counts } = made
  answer(
    options,
    { created: true, seed, ...counts, sign_ins: signIns, login: visitor, password },
    [
      `${made.people} people, ${made.clients} applications and ${made.apis} APIs, with ${signIns} sign-ins of ${historyDays / 7} weeks.`,
      `Sign in as ${visitor} with ${password} (shown this once); nobody else of them has a password.`,
      'All of it stands in the audit log in the order in which it was written, under the time of long ago: "audit verify" holds.',
    ].join('\n'),
  )
}

async function takeAway(app: Parts, options: Options): Promise<void> {
  const found = await findSamples(app)
  if (!found) throw errors.samples_absent()
  const { people } = await remove(app, found)
  answer(
    options,
    { removed: true, people, clients: found.clientIds.length },
    `${people} people, their applications and APIs are deleted; the audit log keeps that they were there.`,
  )
}

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < least || value > most)
    throw new InvalidArgumentError(`A whole number from ${least} to ${most}.`)
  return value
}
