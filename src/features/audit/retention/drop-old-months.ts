import { secondsAfter } from '../../../lib/clock.ts'
import { type App, bySystem, type Db } from '../../../platform/app.ts'
import { inBatches } from '../../../platform/batches.ts'
import { transaction } from '../../../platform/db/index.ts'
import { type AuditClass, auditClasses } from '../actions.ts'
import { type Checkpoint, firstVouched, signCheckpoint, signerOf, verifiersOf } from '../chain/checkpoint.ts'
import { beginning } from '../chain/link.ts'
import * as chain from '../chain/repository.ts'
import { tell } from '../chain/sign-heads.ts'
import { nobodyIn } from '../persons/holder-keys.ts'
import * as keys from '../persons/repository.ts'
import { record } from '../record.ts'
import * as months from './repository.ts'

type Parts = Pick<App, 'db' | 'config' | 'clock' | 'log'>

/** How many days a class is kept; read when needed, since an operator may change it. */
export type DaysKept = (of: AuditClass) => Promise<number>

const day = 24 * 3600

/**
 * Drops every month that has wholly passed its time: records and links together, as partitions, so that nothing is
 * deleted row by row. A signed cut says before what was dropped and where the chain goes on, so that the verifier can tell
 * retention from a hand that deletes; an audit record says so too.
 */
export async function dropOldMonths(app: Parts, daysKept: DaysKept): Promise<void> {
  const now = app.clock.now()
  const befores: Date[] = []
  for (const each of auditClasses) {
    const before = monthOf(secondsAfter(now, -day * (await daysKept(each))))
    befores.push(before)
    const cut = await transaction(app.db, (tx) => dropOf(app, tx, each, before))
    if (cut) tell(app, cut)
  }
  const oldest = befores.reduce((a, b) => (b < a ? b : a))
  await keys.forgetMonths(app.db, nobodyIn(oldest))
  const token = secondsAfter(now, -day * (await daysKept('token')))
  await inBatches((limit) => months.deleteMachineIssues(app.db, token, limit))
}

/** The month that a moment lies in: what is kept until then is kept until the end of its month. */
const monthOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()))

async function dropOf(app: Parts, tx: Db, of: AuditClass, before: Date): Promise<Checkpoint | null> {
  await chain.lock(tx) // no link may come between the cut and the drop
  const old = await months.findOldMonths(tx, of, before)
  if (old.partitions === 0) return null
  const earlier = firstVouched(await chain.listCuts(tx, of), verifiersOf(app.config))
  const { sequence, hash } = old.last ?? earlier ?? beginning
  const signedAt = app.clock.now()
  const statement = { class: of, kind: 'cut' as const, sequence, hash, droppedBefore: before, signedAt }
  const cut = signCheckpoint(signerOf(app.config), statement)
  await chain.insertCheckpoints(tx, [cut])
  const unchained = await months.removeWaitingBefore(tx, of, before)
  await record(tx, signedAt, bySystem, {
    action: 'audit.partition_dropped',
    target: { type: 'audit-class', id: of },
    details: {
      before: before.toISOString(),
      partitions: old.partitions,
      throughSequence: sequence,
      unchained,
    },
  })
  await months.dropMonths(tx, of, { before, chainBefore: old.chainBefore }) // last: it holds up the class's writers
  return cut
}
