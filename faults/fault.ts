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
  /** How often it is done; 0: left out of the short form. Without `ci` it is left out of the form for every change. */
  rounds: { short: number; long: number; ci?: number }
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
const calmMs = 1_000

/** Milliseconds after which a recovery is not waited for any more. */
const patience = 60_000

export async function perform(
  fault: Fault,
  parts: Parts,
  { rounds: asked, check }: { rounds: number | null; check: (parts: Parts) => Promise<void> },
): Promise<void> {
  const { scene, tally, watch } = parts
  const rounds = asked ?? (fault.rounds[scene.form] || 1)
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
      if (scene.form !== 'ci' && !probes.allRed()) tally.missed.push('readiness stayed green')
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
  noteFaults(
    tally,
    scene.replicas.flatMap((replica, at) => replica.faults().slice(told[at])),
  )
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

function noteMemory({ probes, tally, scene, watch }: Stage, before: number): void {
  const most = probes.mostMegabytes()
  const { most: open } = scene.balancer.underWay()
  tally.notes.push(
    `memory ${before} to ${most} MB, at most ${open} requests open, ${tally.shed} answered 503 (after ${watch.slowestLaterMs()} ms at most)`,
  )
  if (scene.form !== 'ci' && most - before > growthBar)
    tally.missed.push(`memory grew by ${most - before} MB`)
}

/** How many kinds of them are told. */
const mostKinds = 6

/** What an operator would have been woken for: each kind once, with the place in our code where it came up. */
function noteFaults(tally: Tally, lines: readonly string[]): void {
  const kinds = new Map<string, number>()
  for (const line of lines) {
    const { msg, err } = JSON.parse(line) as { msg: string; err?: { message: string; stack: string } } // a line of pino
    const [place = ''] = /src\/[\w./-]+:\d+/.exec(err?.stack ?? '') ?? []
    const kind = `${msg}: ${err?.message ?? ''} ${place}`.slice(0, 300)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  for (const [kind, times] of [...kinds].slice(0, mostKinds))
    tally.notes.push(`${times} errors logged: ${kind}`)
}
