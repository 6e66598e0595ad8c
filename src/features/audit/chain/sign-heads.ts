import { secondsAfter } from '../../../lib/clock.ts'
import type { App, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { auditClasses } from '../actions.ts'
import {
  type Checkpoint,
  firstVouched,
  shownCheckpoint,
  signCheckpoint,
  signerOf,
  verifiersOf,
} from './checkpoint.ts'
import * as chain from './repository.ts'
import type { Head } from './repository.ts'

type Parts = Pick<App, 'db' | 'config' | 'clock' | 'log'>

/** Seconds. A head that grows is signed every minute at most, however many processes there are. */
export const checkpointSeconds = 55

/**
 * Signs the head of every chain that has grown since it was signed at least `olderThanSeconds` ago. Each checkpoint is
 * logged too: a log kept elsewhere then holds heads that nobody here can take back, and `audit verify --checkpoint` finds
 * a tail that was cut off together with its checkpoints.
 */
export async function signHeads(
  app: Parts,
  { olderThanSeconds }: { olderThanSeconds: number },
): Promise<void> {
  const signed = await transaction(app.db, async (tx) => {
    if (!(await chain.tryLock(tx))) return []
    const now = app.clock.now()
    const due = secondsAfter(now, -olderThanSeconds)
    const grown = (await chain.heads(tx)).filter(
      ({ sequence, signed }) => !signed || (signed.sequence < sequence && isPast(signed.at, { due, now })),
    )
    return sign(app, tx, grown)
  })
  for (const checkpoint of signed) tell(app, checkpoint)
}

export function tell({ log }: Pick<App, 'log'>, checkpoint: Checkpoint): void {
  log.info({ checkpoint: shownCheckpoint(checkpoint) }, 'audit checkpoint')
}

/** What lies ahead counts as past: a clock that ran ahead must not hold up every signature until its time has come. */
const isPast = (at: Date, { due, now }: { due: Date; now: Date }): boolean => at <= due || at > now

/**
 * Signs the heads that stand unsigned for longer than they should, before their chain grows on: the pause was the
 * service's, and no stretch of the chain is without its checkpoint afterwards. In the transaction that chains.
 */
export async function signLeftUnsigned(app: Parts, tx: Db, heads: readonly Head[]): Promise<Checkpoint[]> {
  const now = app.clock.now()
  const due = secondsAfter(now, -checkpointSeconds)
  const left = heads.filter(
    ({ sequence, signed, chainedAt }) =>
      (signed?.sequence ?? 0) < sequence && isPast(chainedAt, { due, now }),
  )
  return sign(app, tx, left)
}

async function sign(app: Parts, tx: Db, heads: readonly Head[]): Promise<Checkpoint[]> {
  if (heads.length === 0) return []
  const signer = signerOf(app.config)
  const signedAt = app.clock.now()
  const checkpoints = heads.map(({ class: of, sequence, hash }) =>
    signCheckpoint(signer, { class: of, kind: 'head', sequence, hash, droppedBefore: null, signedAt }),
  )
  await chain.insertCheckpoints(tx, checkpoints)
  return checkpoints
}

/**
 * Signs the newest cut and the newest head of every class anew with the current key, where an older one that is still
 * configured signed it: so what retention dropped is accounted for when that key is gone, and a class in which nothing
 * happens stays vouched for. Nothing but what was signed is signed: the links are not looked at. The number signed.
 */
export async function renewCheckpoints(app: Parts): Promise<number> {
  const verifiers = verifiersOf(app.config)
  const signed = await transaction(app.db, async (tx) => {
    await chain.lock(tx)
    const anew: Checkpoint[] = []
    for (const each of auditClasses) {
      const cut = firstVouched(await chain.listCuts(tx, each), verifiers)
      const head = firstVouched(await chain.newestHeads(tx, each), verifiers)
      for (const newest of [cut, head]) if (newest) anew.push(...renewed(app, newest))
    }
    if (anew.length > 0) await chain.insertCheckpoints(tx, anew)
    return anew
  })
  for (const checkpoint of signed) tell(app, checkpoint)
  return signed.length
}

function renewed(app: Parts, old: Checkpoint): Checkpoint[] {
  const signer = signerOf(app.config)
  return old.keyId === signer.keyId ? [] : [signCheckpoint(signer, { ...old, signedAt: app.clock.now() })]
}
