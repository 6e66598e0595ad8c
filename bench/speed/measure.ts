import { availableParallelism } from 'node:os'
import { hash } from '@node-rs/argon2'

import { parameters } from '../../src/features/credentials/hashing.ts'
import { openCountingProxy } from '../support/counting-proxy.ts'
import { openReplica, type RunningGatehouse } from '../support/gatehouse.ts'
import { connect } from './connection.ts'
import { databaseCpu } from './database-cpu.ts'
import { load, type Measured } from './load.ts'
import type { Operation, Step } from './operations.ts'
import { type Spent, spentIn } from './profile.ts'
import type { Service } from './service.ts'
import type { Running } from './services.ts'

/** One side in one round. */
export interface Sample extends Measured {
  /** Microseconds of processor time for each, of the service and of its database. */
  cpu: number
  databaseCpu: number
  /** Milliseconds by which its event loop was late. */
  delay: { p50: number; p99: number }
}

export interface Round {
  ours: Sample
  /** The library, or hashes. */
  other: Sample
  ratio: number
}

/** A side that is ready to be loaded again and again. */
interface Side {
  run(seconds: number): Promise<Sample>
  close(): Promise<void>
}

async function prepared(
  operation: Operation,
  service: Service,
  address = service.origin,
): Promise<{ steps: Step[]; close(): Promise<void> }> {
  const connections = Array.from({ length: operation.connections }, (_, n) => connect(address, n))
  const steps: Step[] = []
  for (const [n, connection] of connections.entries())
    steps.push(await operation.prepare(connection, service, n))
  return {
    steps,
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    },
  }
}

async function openSide(operation: Operation, running: Running, databasePid: number | null): Promise<Side> {
  const { steps, close } = await prepared(operation, running.service)
  return {
    close,
    run: async (seconds) => {
      const before = databasePid === null ? 0 : databaseCpu(databasePid)
      await running.process.reset()
      const measured = await load(steps, seconds)
      const { cpu, delay } = await running.process.read()
      const database = databasePid === null ? 0 : databaseCpu(databasePid) - before
      return { ...measured, cpu: cpu / measured.done, databaseCpu: (database * 1e6) / measured.done, delay }
    },
  }
}

/** As many argon2id hashes as this machine makes when it does nothing else. */
function openHashes(): Side {
  const salt = Buffer.alloc(16, 7)
  const one: Step = async () => {
    await hash('a quiet harbour at dawn', { ...parameters, salt })
  }
  const steps = Array.from({ length: availableParallelism() }, () => one)
  return {
    close: async () => undefined,
    run: async (seconds) => {
      const before = process.cpuUsage()
      const measured = await load(steps, seconds)
      const { user, system } = process.cpuUsage(before)
      const idle = { databaseCpu: 0, delay: { p50: 0, p99: 0 } }
      return { ...measured, ...idle, cpu: (user + system) / measured.done }
    },
  }
}

export interface Pair {
  ours: Running
  library: Running
  /** The server's first process. */
  databasePid: number
}

export interface Plan {
  rounds: number
  seconds: number
  warmUpSeconds: number
}

/** Both sides in turn, each round the other first, after a warm-up that is not counted. */
export async function measure(
  operation: Operation,
  { ours, library, databasePid }: Pair,
  plan: Plan,
): Promise<Round[]> {
  const mine = await openSide(operation, ours, databasePid)
  const other = operation.against === 'hashes' ? openHashes() : await openSide(operation, library, null)
  try {
    for (const side of [other, mine]) await side.run(plan.warmUpSeconds)
    const rounds: Round[] = []
    for (let round = 0; round < plan.rounds; round++) {
      const order = round % 2 === 0 ? [other, mine] : [mine, other]
      const samples = new Map<Side, Sample>()
      for (const side of order) samples.set(side, await side.run(plan.seconds))
      const [a, b] = [samples.get(mine), samples.get(other)]
      if (a && b) rounds.push({ ours: a, other: b, ratio: a.perSecond / b.perSecond })
    }
    return rounds
  } finally {
    await mine.close()
    await other.close()
  }
}

/** What our process did while this operation was all it was asked for. */
export async function profile(operation: Operation, ours: Running, seconds: number): Promise<Spent> {
  const { steps, close } = await prepared(operation, ours.service)
  try {
    await load(steps, seconds / 2)
    return spentIn(
      await ours.process.profile(async () => {
        await load(steps, seconds)
      }),
    )
  } finally {
    await close()
  }
}

/** Statements and commits for each, at the same number of connections. */
export interface Asked {
  statements: number
  commits: number
}

/** Counts on a replica of its own, whose statements pass a proxy: the ones that are measured for speed do not. */
export async function openCounter(gatehouse: RunningGatehouse) {
  const direct = gatehouse.database
  const proxy = await openCountingProxy({ host: direct.hostname, port: Number(direct.port) })
  const through = new URL(direct)
  through.port = String(proxy.port)
  const replica = await openReplica(gatehouse, { DATABASE_URL: through.href })
  return {
    async count(operation: Operation, service: Service, seconds: number): Promise<Asked> {
      const { steps, close } = await prepared(operation, service, replica.origin)
      try {
        await load(steps, seconds)
        proxy.reset()
        const { done } = await load(steps, seconds)
        const { statements, commits } = proxy.counted()
        return { statements: statements / done, commits: commits / done }
      } finally {
        await close()
      }
    },
    async close() {
      await replica.close()
      await proxy.close()
    },
  }
}
