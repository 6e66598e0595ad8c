import { setTimeout as sleep } from 'node:timers/promises'

import { type Parts, startLoad } from './clients/load.ts'
import { type Probes, startProbes } from './clients/probes.ts'
import type { Scene } from './scene.ts'
import type { Tally } from './tally.ts'

/** One thing that goes wrong. */
export interface Fault {
  /** As it is called in the report, and by `--only`. */
  name: string
  what: string
  /** How often it is done; 0: left out of the short form. */
  rounds: { short: number; long: number }
  /** Not even a single request may fail. */
  strict?: true
  /** Clients of every kind are there meanwhile, unless the fault brings its own. */
  load?: false
  /** What it takes that not every machine has; a sentence where it is missing. */
  lacks?(scene: Scene): string | null
  run(stage: Stage): Promise<void>
}

/** A fault's clients, and what it can ask of them. */
export interface Stage extends Parts {
  rounds: number
  probes: Probes
  /** Does it so often, and counts the rounds. */
  each(round: (number: number) => Promise<void>): Promise<void>
  /** Readiness turns red on every replica within so many milliseconds, which is a bar. */
  turnsRed(milliseconds?: number): Promise<void>
  /** Waits until all is well again, and measures how long that took since `sinceMs` (performance.now). */
  recovered(sinceMs: number): Promise<void>
  /** A bar of this fault alone. */
  must(holds: boolean, words: string): void
}

/** Milliseconds without trouble that show that a fault is over. */
const calmMs = 1_500

/** Milliseconds after which a recovery is not waited for any more. */
const patience = 60_000

export async function perform(
  fault: Fault,
  parts: Parts,
  check: (parts: Parts) => Promise<void>,
): Promise<void> {
  const { scene, tally, watch } = parts
  const rounds = fault.rounds[scene.long ? 'long' : 'short'] || 1
  const before = Math.max(...scene.replicas.map((replica) => replica.megabytes()))
  const told = scene.replicas.map((replica) => replica.faults().length)
  const probes = startProbes(scene.replicas, tally)
  const load = fault.load === false ? null : startLoad(parts)
  const stage: Stage = {
    ...parts,
    rounds,
    probes,
    async each(round) {
      for (let number = 1; number <= rounds; number++) {
        await round(number)
        tally.rounds++
      }
    },
    async turnsRed(milliseconds = 5_000) {
      const end = performance.now() + milliseconds
      while (!probes.allRed() && performance.now() < end) await sleep(50)
      if (!probes.allRed()) tally.missed.push('readiness stayed green')
    },
    async recovered(since) {
      const wellAt = await whenWell(stage, since)
      const took = Math.max(wellAt, watch.lastTroubleAt()) - since
      tally.recoveryMs = Math.max(tally.recoveryMs ?? 0, Math.round(took))
    },
    must(holds, words) {
      if (!holds) tally.missed.push(words)
    },
  }
  try {
    await sleep(load ? 700 : 0) // so that something is under way
    await fault.run(stage)
  } finally {
    await load?.stop()
    await probes.stop()
  }
  noteMemory(stage, before)
  for (const [at, replica] of scene.replicas.entries()) noteFaults(tally, replica.faults().slice(told[at]))
  await check(parts)
}

async function whenWell({ scene, probes, watch, tally }: Stage, since: number): Promise<number> {
  let greenAt: number | null = null
  while (performance.now() - since < patience) {
    const green = probes.allGreen() && scene.balancer.ready().length === scene.replicas.length
    greenAt = green ? (greenAt ?? performance.now()) : null
    if (greenAt !== null && performance.now() - Math.max(greenAt, watch.lastTroubleAt()) > calmMs)
      return greenAt
    await sleep(50)
  }
  tally.missed.push('it did not recover')
  return performance.now()
}

/** Megabytes by which a replica may grow while its database is away: less than what piling up would take. */
const growthBar = 120

function noteMemory({ probes, tally, scene }: Stage, before: number): void {
  const most = probes.mostMegabytes()
  const { most: open } = scene.balancer.underWay()
  tally.notes.push(`memory ${before} to ${most} MB, at most ${open} requests open`)
  if (most - before > growthBar) tally.missed.push(`memory grew by ${most - before} MB`)
}

/** What an operator would have been woken for; the first of them in its own words. */
function noteFaults(tally: Tally, lines: readonly string[]): void {
  const [first] = lines
  if (first !== undefined)
    tally.notes.push(`${lines.length} errors in the log, the first: ${first.slice(0, 1_500)}`)
}
