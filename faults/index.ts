import { fault as answersLost } from './cases/answers-lost.ts'
import { fault as clockMoved } from './cases/clock-moved.ts'
import { fault as manyStartAtOnce } from './cases/many-start-at-once.ts'
import { fault as messagesLost } from './cases/messages-lost.ts'
import { fault as overload } from './cases/overload.ts'
import { fault as postgresCrowded } from './cases/postgres-crowded.ts'
import { fault as postgresFull } from './cases/postgres-full.ts'
import { fault as postgresKilled } from './cases/postgres-killed.ts'
import { fault as postgresRestarted } from './cases/postgres-restarted.ts'
import { fault as postgresSlow } from './cases/postgres-slow.ts'
import { fault as postgresUnreachable } from './cases/postgres-unreachable.ts'
import { redisFaults } from './cases/redis-away.ts'
import { fault as replicaKilled } from './cases/replica-killed.ts'
import { fault as rollingRestart } from './cases/rolling-restart.ts'
import { compare, recordsOf, verifyChain } from './checks/compare.ts'
import { openLedger } from './clients/ledger.ts'
import { families } from './clients/load.ts'
import { openWatch } from './clients/watch.ts'
import { type Fault, perform } from './fault.ts'
import { openRandom } from './random.ts'
import { type Report, toTable } from './report.ts'
import { type Form, newFamily, openScene, type Scene } from './scene.ts'
import { barsMissed, openTally } from './tally.ts'

/**
 * `npm run faults [-- --seed N] [-- --short | --ci] [-- --only NAME]… [-- --rounds N] [-- --json]`: lets things go wrong under real servers while
 * clients write down what they are told, and compares afterwards (docs/decisions/0051-faults.md). Prints a table; ends with 1
 * when a bar is missed. The seed decides what chance decides here; what the machine's own timing decides it cannot.
 */
const faults: readonly Fault[] = [
  postgresRestarted,
  postgresKilled,
  postgresUnreachable,
  postgresSlow,
  postgresCrowded,
  postgresFull,
  ...redisFaults,
  answersLost,
  messagesLost,
  replicaKilled,
  rollingRestart,
  manyStartAtOnce,
  clockMoved,
  overload,
]

interface Options {
  seed: number
  form: Form
  json: boolean
  only: string[]
  /** How often each fault is done, instead of its own number. */
  rounds: number | null
}

const known = (name: string): boolean => faults.some((fault) => fault.name === name)

const setForm = (form: Form) => (options: Options) => {
  options.form = form
  return true
}

/** What each word does, with the one behind it; false: it means nothing so. */
const words: Record<string, (options: Options, value: string) => boolean> = {
  '--short': setForm('short'),
  '--ci': setForm('ci'),
  '--json': (options) => (options.json = true),
  '--seed': (options, value) => /^\d+$/.test(value) && Number.isFinite((options.seed = Number(value))),
  '--rounds': (options, value) =>
    /^[1-9]\d*$/.test(value) && Number.isFinite((options.rounds = Number(value))),
  '--only': (options, value) => known(value) && options.only.push(value) > 0,
}

const withValue: ReadonlySet<string> = new Set(['--seed', '--rounds', '--only'])

/** @throws Error naming what it does not know. */
function readOptions(argv: readonly string[]): Options {
  const options: Options = {
    ...{ seed: Math.floor(Math.random() * 2 ** 31), form: 'long', json: false, only: [], rounds: null },
  }
  const left = [...argv]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const value = withValue.has(word) ? (left.shift() ?? '') : ''
    if (words[word]?.(options, value) !== true) throw new Error(`${word} ${value}`.trim())
  }
  return options
}

const chosen = ({ only, form }: Options): Fault[] =>
  faults.filter(({ name, rounds }) => (only.length > 0 ? only.includes(name) : (rounds[form] ?? 0) > 0))

async function reportOf(scene: Scene, fault: Fault, rounds: number | null): Promise<Report> {
  const tally = openTally()
  const lacking = fault.lacks?.(scene) ?? null
  if (lacking !== null) return { fault: fault.name, skipped: lacking, tally, missed: [] }
  const ledger = openLedger()
  const unhurried = scene.form === 'ci'
  const watch = openWatch(tally, scene.random, { strict: fault.strict === true, unhurried })
  try {
    if (fault.load !== false)
      for (let number = 0; number < families; number++) ledger.families.push((await newFamily(scene)).family)
    ledger.recordedBefore = await recordsOf(scene)
    await perform(fault, { scene, ledger, watch, tally }, { rounds, check: compare })
  } catch (error) {
    tally.missed.push(`it broke off: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`)
  }
  return { fault: fault.name, skipped: null, tally, missed: barsMissed(tally, { unhurried }) }
}

async function main(options: Options): Promise<boolean> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const wanted = chosen(options)
  const scene = await openScene({ random: openRandom(options.seed), form: options.form })
  const reports: Report[] = []
  try {
    for (const fault of wanted) {
      const startedAt = performance.now()
      const report = await reportOf(scene, fault, options.rounds)
      reports.push(report)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      say(`${fault.name}: ${report.skipped ?? (report.missed.join('; ') || 'held')} (${seconds} s)`)
      for (const note of report.missed.length > 0 ? report.tally.notes : []) say(`  ${note}`)
    }
    const tally = openTally()
    await verifyChain({ scene, tally })
    reports.push({ fault: 'chain of the audit log', skipped: null, tally, missed: barsMissed(tally) })
  } finally {
    await scene.close()
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ seed: options.seed, reports }, null, 2)}\n`)
  else process.stdout.write(toTable(options.seed, reports))
  return reports.every(({ missed }) => missed.length === 0)
}

const names = faults.map(({ name }) => name).join(', ')
const help = `There are --seed N, --short, --ci, --rounds N, --json, and --only with: ${names}.`

if (process.argv.includes('--help')) {
  process.stdout.write(
    `Lets things go wrong under real servers, and compares what clients were told. ${help}\n`,
  )
  process.exit(0)
}
let options: Options
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  const what = error instanceof Error ? error.message : String(error)
  process.stderr.write(`"${what}" means nothing here. ${help}\n`)
  process.exit(1)
}
process.exit((await main(options)) ? 0 : 1)
