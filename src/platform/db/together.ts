import type { Knex } from 'knex'

import { insideTransaction } from './open.ts'
import { run, type Statement } from './statement.ts'
import { sqlState } from './transaction.ts'

/**
 * A statement for any number of callers. Its one value is a list (`jsonb`) of what each of them asks, with its place as `n`;
 * its rows say by a column `n` for whom they are.
 *
 * Each item has `k` as 1, and the statement asks for those with `k = 1`, which are all: PostgreSQL expects a hundred items of any
 * list, for which it would read tables of some thousand rows as a whole, and half a percent of that where one value is asked for.
 */
export type SharedStatement = Statement

interface Waiting {
  item: object
  resolve(rows: object[]): void
  reject(error: unknown): void
}

/** A row as it comes, which its caller gets without its place. */
interface Placed {
  n: number
}

interface Queue {
  waiting: Waiting[]
  /** Statements under way. */
  busy: number
  /** A look at the queue is due already. */
  due: boolean
}

/** Statements of one kind under way at once; while they are, whoever else asks waits for the next. */
const lanes = 2

/** Callers one statement serves. */
const most = 64

/** Belongs to each pool, and goes with it. */
const queuesOf = new WeakMap<object, Map<string, Queue>>()

/**
 * Asks a shared statement for one caller; with others that ask at the same moment, in one go. A statement costs the main thread
 * more than what it holds (docs/decisions/0050-speed.md), so under load this is what counts; alone, nobody waits for company.
 * In a transaction it runs by itself. An error of what one of several asked meets that one only.
 */
export async function runTogether<Row>(db: Knex, statement: SharedStatement, item: object): Promise<Row[]> {
  const rows = isAlone(db)
    ? (await askFor(db, statement, [item]))[0]
    : await new Promise<object[]>((resolve, reject) => {
        const queue = queueOf(db, statement.name)
        queue.waiting.push({ item, resolve, reject })
        look(db, statement, queue)
      })
  return (rows ?? []) as Row[] // the statement's text and this type are written side by side in a repository
}

/** In a transaction, or where one is open: the guard of open.ts must see who asks for a second connection. */
const isAlone = (db: Knex): boolean => db.isTransaction === true || insideTransaction.getStore() === true

/** The rows of each, in the order of the items. */
async function askFor(db: Knex, statement: Statement, items: readonly object[]): Promise<object[][]> {
  const list = JSON.stringify(items.map((item, n) => ({ ...item, n, k: 1 })))
  const shares = items.map((): object[] => [])
  for (const { n, ...row } of await run<Placed>(db, statement, [list])) shares[n]?.push(row)
  return shares
}

function queueOf(db: Knex, name: string): Queue {
  const pool = db.client as object // knex leaves its client untyped
  const queues = queuesOf.get(pool) ?? new Map<string, Queue>()
  queuesOf.set(pool, queues)
  const queue = queues.get(name) ?? { waiting: [], busy: 0, due: false }
  queues.set(name, queue)
  return queue
}

/** After whatever else has arrived with this: requests that came in together ask together. */
function look(db: Knex, statement: Statement, queue: Queue): void {
  if (queue.due || queue.busy >= lanes) return
  queue.due = true
  setImmediate(() => {
    queue.due = false
    const batch = queue.waiting.splice(0, most)
    if (batch.length === 0) return
    queue.busy++
    void serve(db, statement, batch).finally(() => {
      queue.busy--
      if (queue.waiting.length > 0) look(db, statement, queue)
    })
    if (queue.waiting.length > 0) look(db, statement, queue)
  })
}

async function serve(db: Knex, statement: Statement, batch: readonly Waiting[]): Promise<void> {
  try {
    const shares = await askFor(
      db,
      statement,
      batch.map(({ item }) => item),
    )
    for (const [n, { resolve }] of batch.entries()) resolve(shares[n] ?? [])
  } catch (error) {
    if (batch.length > 1 && isOfOne(error)) await Promise.all(batch.map((one) => serve(db, statement, [one])))
    else for (const { reject } of batch) reject(error)
  }
}

/**
 * What the server said of the statement, which then did nothing: a value that does not fit, a row that two of them wrote, a
 * deadlock (PostgreSQL manual, appendix A, classes 21 to 23 and 40). After anything else, such as a connection that broke, it is
 * not known whether it did, and it must not be done twice.
 */
const isOfOne = (error: unknown): boolean => /^(21|22|23|40)...$/.test(sqlState(error) ?? '')
