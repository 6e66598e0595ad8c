import { compare, recordsOf, verifyChain } from './checks/compare.ts'
import { openLedger } from './clients/ledger.ts'
import { families } from './clients/load.ts'
import { openWatch } from './clients/watch.ts'
import { type Fault, perform } from './fault.ts'
import { openRandom } from './random.ts'
import { type Report, toTable } from './report.ts'
import { newFamily, openScene, type Scene } from './scene.ts'
import { barsMissed, openTally } from './tally.ts'

/**
 * `npm run faults [-- --seed N] [-- --short] [-- --only NAME]… [-- --json]`: lets things go wrong under real servers while
 * clients write down what they are told, and compares afterwards (docs/decisions/0051-faults.md). Prints a table; ends with 1
 * when a bar is missed. The seed decides what chance decides here; what the machine's own timing decides it cannot.
 */
const faults: Record<string, () => Promise<{ fault: Fault }>> = {
  'postgres-restarted': () => import('./cases/postgres-restarted.ts'),
  'postgres-killed': () => import('./cases/postgres-killed.ts'),
  'postgres-unreachable': () => import('./cases/postgres-unreachable.ts'),
  'answers-lost': () => import('./cases/answers-lost.ts'),
}

interface Options {
  seed: number
  long: boolean
  json: boolean
  only: string[]
}

/** @throws Error naming what it does not know. */
function readOptions(argv: readonly string[]): Options {
  const options: Options = { seed: Math.floor(Math.random() * 2 ** 31), long: true, json: false, only: [] }
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    const value = argv[at + 1] ?? ''
    if (word === '--short') options.long = false
    else if (word === '--json') options.json = true
    else if (word === '--seed' && /^\d+$/.test(value)) options.seed = Number(argv[++at])
    else if (word === '--only' && Object.hasOwn(faults, value)) options.only.push(argv[++at] ?? '')
    else throw new Error(`${word} ${value}`.trim())
  }
  return options
}

async function chosen({ only, long }: Options): Promise<Fault[]> {
  const all = await Promise.all(Object.values(faults).map(async (load) => (await load()).fault))
  if (only.length > 0) return all.filter(({ name }) => only.includes(name))
  return all.filter(({ rounds }) => long || rounds.short > 0)
}

async function reportOf(scene: Scene, fault: Fault): Promise<Report> {
  const tally = openTally()
  const lacking = fault.lacks?.(scene) ?? null
  if (lacking !== null) return { fault: fault.name, skipped: lacking, tally, missed: [] }
  const ledger = openLedger()
  const watch = openWatch(tally, scene.random, { strict: fault.strict === true })
  try {
    if (fault.load !== false)
      for (let number = 0; number < families; number++) ledger.families.push((await newFamily(scene)).family)
    ledger.recordedBefore = await recordsOf(scene)
    await perform(fault, { scene, ledger, watch, tally }, compare)
  } catch (error) {
    tally.missed.push(`it broke off: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`)
  }
  return { fault: fault.name, skipped: null, tally, missed: barsMissed(tally) }
}

async function main(options: Options): Promise<boolean> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const wanted = await chosen(options)
  const scene = await openScene({ random: openRandom(options.seed), long: options.long })
  const reports: Report[] = []
  try {
    for (const fault of wanted) {
      const startedAt = performance.now()
      const report = await reportOf(scene, fault)
      reports.push(report)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      say(`${fault.name}: ${report.skipped ?? (report.missed.join('; ') || 'held')} (${seconds} s)`)
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

let options: Options
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  const names = Object.keys(faults).join(', ')
  const what = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    `"${what}" means nothing here. There are --seed N, --short, --json, and --only with: ${names}.\n`,
  )
  process.exit(1)
}
process.exit((await main(options)) ? 0 : 1)
