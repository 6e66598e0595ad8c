import { createServer, connect, type Socket } from 'node:net'

import { ann, register } from './support/actors.ts'
import { openGatehouse, openReplica, type Process, type RunningGatehouse } from './support/gatehouse.ts'
import type { RelyingParty } from '../test/support/relying-party.ts'
import { percentile } from './support/percentile.ts'

interface Row {
  channel: 'whole' | 'silent' | 'just silent' | 'cut'
  what: string
  rounds: number
  p50: number
  p99: number
  worst: number
}

const rounds = 200

/** Of those that wait for the replica to trust its channel again. */
const fewRounds = 30

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds a token is still taken by another replica, from the call that ended it. */
export async function timeToDark(): Promise<Row[]> {
  const service = await openGatehouse()
  const channel = await openChannel(service.database)
  const replica = await openReplica(service, { DATABASE_DIRECT_URL: channel.url, LOG_LEVEL: 'fatal' })
  try {
    const client = await register(service)
    const measure = (row: Pick<Row, 'channel' | 'what'>, at: Process) =>
      series(row, rounds, () => oneRound(client, service, at))
    const whole = [
      await measure({ channel: 'whole', what: 'the replica that was called' }, service),
      await measure({ channel: 'whole', what: 'the other replica' }, replica),
    ]
    const otherReplica = { channel: 'just silent', what: 'the other replica' } as const
    const falling = await series(otherReplica, fewRounds, () =>
      oneRound(client, service, replica, {
        before: channel.silence,
        afterwards: channel.restore,
      }),
    )
    channel.silence()
    await pause(2_000)
    const silent = await measure({ channel: 'silent', what: 'the other replica' }, replica)
    channel.cut()
    const cut = await measure({ channel: 'cut', what: 'the other replica' }, replica)
    return [...whole, falling, silent, cut]
  } finally {
    await replica.close()
    channel.close()
    await service.close()
  }
}

async function series(
  row: Pick<Row, 'channel' | 'what'>,
  count: number,
  round: () => Promise<number>,
): Promise<Row> {
  const taken: number[] = []
  for (let done = 0; done < count; done++) taken.push(await round())
  taken.sort((one, other) => one - other)
  const [p50, p99, worst] = [percentile(taken, 50), percentile(taken, 99), taken.at(-1) ?? NaN]
  return { ...row, rounds: count, p50, p99, worst }
}

/** Signs in, ends all sessions through one replica, and asks the other until it refuses. */
async function oneRound(
  client: RelyingParty,
  service: RunningGatehouse,
  at: Process,
  around: { before?(): void; afterwards?(): Promise<void> } = {},
): Promise<number> {
  const { tokens } = await client.signIn(ann)
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  const opens = async () => (await fetch(`${at.origin}/users/me`, { headers })).status === 200
  if (!(await opens())) throw new Error('a fresh token was refused')
  around.before?.()
  const called = performance.now()
  const ended = await fetch(`${service.issuer}/auth/logout-all`, { method: 'POST', headers })
  if (ended.status !== 204) throw new Error(`signing out everywhere answered ${ended.status}`)
  while (await opens()) if (performance.now() - called > 10_000) throw new Error('it never went dark')
  const taken = performance.now() - called
  await around.afterwards?.()
  return taken
}

interface Channel {
  url: string
  /** Nothing arrives any more, while the connection looks whole. */
  silence(): void
  /** Broken and made anew, and waited for until it is trusted. */
  restore(): Promise<void>
  /** The connection breaks, and cannot be made again. */
  cut(): void
  close(): void
}

/** Stands between a replica and the connection it listens on. */
async function openChannel(database: URL): Promise<Channel> {
  const open = new Set<Socket>()
  let silent = false
  const server = createServer((near) => {
    const far = connect(Number(database.port), database.hostname)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => open.delete(socket))
    }
    near.on('data', (data) => far.write(data))
    far.on('data', (data) => {
      if (!silent) near.write(data)
    })
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(database)
  url.host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const cut = () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  return {
    url: url.href,
    silence: () => {
      silent = true
    },
    restore: async () => {
      silent = false
      for (const socket of open) socket.destroy()
      await pause(1_500)
    },
    cut,
    close: cut,
  }
}

/** `npm run bench -- dark [--json]` */
export async function run(argv: readonly string[]): Promise<void> {
  const rows = await timeToDark()
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(`${'message channel'.padEnd(17)}${'asked'.padEnd(30)}p50 ms  p99 ms   worst\n`)
  for (const { channel, what, p50, p99, worst } of rows) {
    const figures = [p50, p99, worst].map((ms) => ms.toFixed(1).padStart(6)).join('  ')
    process.stdout.write(`${channel.padEnd(17)}${what.padEnd(30)}${figures}\n`)
  }
}
