import { connect } from './speed/connection.ts'
import { load } from './speed/load.ts'
import { type Operation, operations } from './speed/operations.ts'
import { openOurs } from './speed/services.ts'

/** What two processes must reach on two cores that database and load program share. */
const asked = { client_credentials: 2_400, refresh: 1_000, native_login: 130 } as const
type Name = keyof typeof asked

/** What so many must gain over one, where the database is not the limit. */
const gain = 1.7

export interface Row {
  operation: Name
  /** In a second, by one process and by all. */
  one: number
  all: number
  bar: number
}

const connections = 32
const seconds = 3

async function rateOf(operation: Operation, service: Parameters<Operation['prepare']>[1]): Promise<number> {
  const count = Math.min(connections, operation.against === 'hashes' ? operation.connections : connections)
  const open = Array.from({ length: count }, (_, n) => connect(service.origin, n))
  try {
    const steps = []
    for (const [n, connection] of open.entries()) steps.push(await operation.prepare(connection, service, n))
    await load(steps, 1)
    return (await load(steps, seconds)).perSecond
  } finally {
    await Promise.all(open.map((connection) => connection.close()))
  }
}

async function rates(processes: number): Promise<Map<Name, number>> {
  const ours = await openOurs({ WEB_CONCURRENCY: String(processes) }, { observed: false })
  try {
    const found = new Map<Name, number>()
    for (const name of Object.keys(asked) as Name[])
      // the keys of that very table
      found.set(name, await rateOf(operations[name], ours.service))
    return found
  } finally {
    await ours.close()
  }
}

export async function concurrency(processes: number): Promise<Row[]> {
  const one = await rates(1)
  const all = await rates(processes)
  return [...all].map(([operation, rate]) => ({
    operation,
    one: one.get(operation) ?? NaN,
    all: rate,
    bar: asked[operation],
  }))
}

/** `npm run bench -- concurrency [--processes 2] [--json]`: what several processes on one port do in a second (WEB_CONCURRENCY). */
export async function run(argv: readonly string[]): Promise<void> {
  const at = argv.findIndex((word) => word === '--processes' || word === '--concurrency')
  const rows = await concurrency(at < 0 ? 2 : Number(argv[at + 1]))
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(
    `${'operation'.padEnd(20)}one/s    all/s    bar   gain (${gain} where the database has room)\n`,
  )
  for (const { operation, one, all, bar } of rows) {
    const figures = [one, all, bar].map((value) => value.toFixed(0).padStart(7)).join('')
    process.stdout.write(`${operation.padEnd(20)}${figures}   ${(all / one).toFixed(2)}\n`)
  }
}
