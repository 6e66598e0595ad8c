import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { compare, recordsOf, verifyChain } from '../faults/checks/compare.ts'
import { openLedger } from '../faults/clients/ledger.ts'
import { families } from '../faults/clients/load.ts'
import { openWatch } from '../faults/clients/watch.ts'
import { perform } from '../faults/fault.ts'
import { openRandom } from '../faults/random.ts'
import type { openOperator } from '../faults/rig/people.ts'
import { type Report, toTable } from '../faults/report.ts'
import { newFamily, openScene } from '../faults/scene.ts'
import { barsMissed, openTally } from '../faults/tally.ts'
import { stepsOf } from './steps.ts'
import { openTrees, type Trees } from './trees.ts'

const help = `npm run upgrade-test [-- --from REF] [-- --seed N] [-- --short] [-- --json]

Two replicas of the release before serve clients of every kind while this program migrates; then they are replaced by this one,
by the older one again, and by this one once more. Clients write down what they are told, and what one program made is tried at
the other. No request may fail, and nothing acknowledged may be lost; ends with 1 when a bar is missed.

  --from REF  the older program: a tag or commit. Without it the newest tag v*, or, before the first, the commit before the
              newest migration. The newer one is this checkout as it stands, and one migration more, which adds a
              column to every table.
  --seed N    decides what chance decides among the clients
  --short     there and back, and not there once more
  --json      the whole report instead of a table
`

interface Options {
  from: string | null
  seed: number
  short: boolean
  json: boolean
  help: boolean
}

const switches = new Map<string, 'short' | 'json' | 'help'>([
  ['--short', 'short'],
  ['--json', 'json'],
  ['--help', 'help'],
])

/** @throws Error naming what it does not know. */
function readOptions(argv: readonly string[]): Options {
  const options: Options = {
    ...{ from: null, seed: Math.floor(Math.random() * 2 ** 31) },
    ...{ short: false, json: false, help: false },
  }
  const left = [...argv]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const name = switches.get(word)
    if (name) options[name] = true
    else if (word === '--from' && left[0] !== undefined) options.from = left.shift() ?? null
    else if (word === '--seed' && /^\d+$/.test(left[0] ?? '')) options.seed = Number(left.shift())
    else throw new Error(word)
  }
  return options
}

/** People are made by the older program, as they were before anybody upgraded. */
async function operatorOf(tree: string): Promise<typeof openOperator> {
  const file = pathToFileURL(join(tree, 'faults/rig/people.ts')).href
  return ((await import(file)) as { openOperator: typeof openOperator }).openOperator // the same file, of another time
}

async function reportsOf(trees: Trees, { seed, short }: Options): Promise<Report[]> {
  const scene = await openScene({
    ...{ random: openRandom(seed), form: 'long', tree: trees.older },
    operatedBy: await operatorOf(trees.older),
  })
  const reports: Report[] = []
  try {
    // One ledger for all steps: what was promised by one program is kept by the other.
    const ledger = openLedger()
    ledger.recordedBefore = await recordsOf(scene)
    for (let number = 0; number < families; number++) ledger.families.push((await newFamily(scene)).family)
    for (const step of stepsOf(trees).slice(0, short ? 3 : undefined)) {
      const tally = openTally()
      const watch = openWatch(tally, scene.random, { strict: true })
      await perform(step, { scene, ledger, watch, tally }, { rounds: null, check: compare }).catch(
        (error: unknown) => tally.missed.push(`it broke off: ${String(error).slice(0, 1_000)}`),
      )
      reports.push({ fault: step.name, skipped: null, tally, missed: barsMissed(tally) })
      process.stderr.write(`${step.name}: ${reports.at(-1)?.missed.join('; ') || 'held'}\n`)
    }
    const tally = openTally()
    await verifyChain({ scene, tally })
    reports.push({ fault: 'chain of the audit log', skipped: null, tally, missed: barsMissed(tally) })
  } finally {
    await scene.close()
  }
  return reports
}

async function main(options: Options): Promise<boolean> {
  const trees = await openTrees(options.from)
  try {
    process.stderr.write(`from ${trees.from}\n`)
    const reports = await reportsOf(trees, options)
    const { from, added } = trees
    if (options.json)
      process.stdout.write(`${JSON.stringify({ seed: options.seed, from, added, reports }, null, 2)}\n`)
    else process.stdout.write(toTable(options.seed, reports, 'step'))
    return reports.every(({ missed }) => missed.length === 0)
  } finally {
    trees.close()
  }
}

let options: Options
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  const word = error instanceof Error ? error.message : String(error)
  process.stderr.write(`"${word}" means nothing here.\n\n${help}`)
  process.exit(1)
}
if (options.help) {
  process.stdout.write(help)
  process.exit(0)
}
process.exit((await main(options)) ? 0 : 1)
