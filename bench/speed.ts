import {
  type Asked,
  measure,
  openCounter,
  type Pair,
  type Plan,
  profile,
  type Round,
} from './speed/measure.ts'
import { type Operation, type OperationName, operations } from './speed/operations.ts'
import type { Spent } from './speed/profile.ts'
import { told } from './speed/report.ts'
import { openLibrary, openOurs } from './speed/services.ts'
import { percentile } from './support/percentile.ts'
import { serverOf } from './support/server-of.ts'

/** Medians over the rounds. */
export interface Result {
  connections: number
  bar: number
  ratio: number
  passed: boolean
  /** For one of theirs in processor time, ours: what a machine that does other things besides disturbs least. */
  cpuRatio: number
  perSecond: { gatehouse: number; other: number }
  /** Microseconds for each, over all threads. */
  cpu: { gatehouse: number; database: number; other: number }
  p99Ms: { gatehouse: number; other: number }
  eventLoopDelayMs: { p50: number; p99: number }
  statements: number
  commits: number
  /** Lowest and highest ratio of the rounds. */
  spread: [number, number]
  profile?: Spent
}

export interface SpeedReport {
  rounds: number
  secondsEach: number
  operations: Partial<Record<OperationName, Result>>
}

const plans: Record<'whole' | 'short', Plan & { countSeconds: number }> = {
  whole: { rounds: 5, seconds: 1.2, warmUpSeconds: 0.7, countSeconds: 0.3 },
  short: { rounds: 3, seconds: 0.2, warmUpSeconds: 0.15, countSeconds: 0.1 },
}

interface Options {
  short: boolean
  profiled: boolean
  only: readonly OperationName[]
}

/** Gatehouse and the bare library, each in a process of its own, in turn. */
export async function speed({ short, profiled, only }: Options): Promise<SpeedReport> {
  const plan = plans[short ? 'short' : 'whole']
  const library = await openLibrary()
  const ours = await openOurs()
  const report: SpeedReport = { rounds: plan.rounds, secondsEach: plan.seconds, operations: {} }
  const databasePid = await serverOf(ours.gatehouse.database)
  const pair: Pair = { ours, library, databasePid }
  try {
    const profiles = new Map<OperationName, Spent>()
    const rounds = new Map<OperationName, Round[]>()
    for (const name of only) {
      rounds.set(name, await measure(operations[name], pair, plan))
      if (profiled) profiles.set(name, await profile(operations[name], ours, plan.seconds))
    }
    const counter = await openCounter(ours.gatehouse)
    for (const name of only) {
      const asked = await counter.count(operations[name], ours.service, plan.countSeconds)
      const result = resultOf(operations[name], rounds.get(name) ?? [], asked)
      const spent = profiles.get(name)
      report.operations[name] = spent ? { ...result, profile: spent } : result
    }
    await counter.close()
  } finally {
    await ours.close()
    await library.close()
  }
  return report
}

function resultOf({ connections, bar }: Operation, rounds: readonly Round[], asked: Asked): Result {
  const sorted = (of: (round: Round) => number) => rounds.map(of).sort((one, other) => one - other)
  const median = (of: (round: Round) => number) => percentile(sorted(of), 50)
  const ratios = sorted(({ ratio }) => ratio)
  const ratio = percentile(ratios, 50)
  return {
    ...{ connections, bar, ratio, passed: ratio >= bar },
    cpuRatio: median(({ ours, other }) => other.cpu / (ours.cpu + ours.databaseCpu)),
    perSecond: {
      gatehouse: median(({ ours }) => ours.perSecond),
      other: median(({ other }) => other.perSecond),
    },
    cpu: {
      gatehouse: median(({ ours }) => ours.cpu),
      database: median(({ ours }) => ours.databaseCpu),
      other: median(({ other }) => other.cpu),
    },
    p99Ms: { gatehouse: median(({ ours }) => ours.p99), other: median(({ other }) => other.p99) },
    eventLoopDelayMs: {
      p50: median(({ ours }) => ours.delay.p50),
      p99: median(({ ours }) => ours.delay.p99),
    },
    ...asked,
    spread: [ratios[0] ?? NaN, ratios.at(-1) ?? NaN],
  }
}

const names = Object.keys(operations) as OperationName[] // the keys of that very table

/**
 * `npm run bench [-- --json] [--short] [--profile] [--only refresh,userinfo]`: what each operation costs here, with all that
 * is durable, against the bare library in memory or against the hashes that this machine makes.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const at = argv.indexOf('--only')
  const wanted = at < 0 ? null : (argv[at + 1] ?? '').split(',')
  const report = await speed({
    short: argv.includes('--short'),
    profiled: argv.includes('--profile'),
    only: names.filter((name) => wanted?.includes(name) ?? true),
  })
  process.stdout.write(argv.includes('--json') ? `${JSON.stringify(report)}\n` : told(report))
}
